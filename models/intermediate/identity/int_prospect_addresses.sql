-- grain: one row per kind of address and value that leads to exactly one person.
-- E-mails and profiles lead to the person that has them first; a telephone number leads
-- to someone only when one person alone has it.
with records as (
    {{ current_rows('prospects') }}
),

keyed as (select * from {{ ref('int_prospects_keyed') }}),

addresses as (
    select
        keyed.prospect_key,
        'email' as kind,
        {{ personal_email('records.email') }} as address
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.prospect_id = keyed.prospect_id
    union all
    select
        keyed.prospect_key,
        'linkedin' as kind,
        {{ profile_address('records.linkedin_url') }} as address
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.prospect_id = keyed.prospect_id
    union all
    select
        keyed.prospect_key,
        'phone' as kind,
        {{ phone_number('records.phone') }} as address
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.prospect_id = keyed.prospect_id
),

int_prospect_addresses as (
    select
        kind,
        address,
        min(prospect_key) as prospect_key
    from addresses
    where address is not null
    group by all
    having
        kind != 'phone'
        or count(distinct prospect_key) = 1
)

select * from int_prospect_addresses
