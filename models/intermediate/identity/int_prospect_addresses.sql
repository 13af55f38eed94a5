-- grain: one row per kind of address and value that leads to exactly one person.
-- E-mails and profiles lead to the person that has them first; a telephone number leads
-- to someone only when one person alone has it.
with records as (
    {{ current_rows('prospects') }}
),

keyed as (select * from {{ ref('int_prospects_keyed') }}),

written_addresses as (select * from {{ ref('int_written_addresses') }}),

written_by_person as (
    {% for kind, column in [
        ('email', 'email'), ('linkedin', 'linkedin_url'), ('phone', 'phone'),
    ] %}
        select
            keyed.prospect_key,
            records.source,
            '{{ kind }}' as kind,
            records.{{ column }} as written
        from records
        inner join keyed
            on
                records.source = keyed.source
                and records.prospect_id = keyed.prospect_id
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

int_prospect_addresses as (
    select
        written_addresses.kind,
        written_addresses.address,
        min(written_by_person.prospect_key) as prospect_key
    from written_by_person
    inner join written_addresses
        on
            written_by_person.source = written_addresses.source
            and written_by_person.kind = written_addresses.kind
            and written_by_person.written = written_addresses.written
    group by all
    having
        written_addresses.kind != 'phone'
        or count(distinct written_by_person.prospect_key) = 1
)

select * from int_prospect_addresses
