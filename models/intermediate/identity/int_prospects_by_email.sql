-- grain: one row per person record; records of one e-mail address are one group
with records as (
    {{ current_rows('prospects') }}
),

written_addresses as (
    select * from {{ ref('int_written_addresses') }}
    where kind = 'email'
),

known_addresses as (
    select
        records.source,
        records.prospect_id as record_id,
        written_addresses.address as match_value
    from records
    inner join written_addresses
        on
            records.source = written_addresses.source
            and records.email = written_addresses.written
),

{{ merge_groups(ref('int_prospects_by_link'), 'known_addresses') }}

select * from merged
