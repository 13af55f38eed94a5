-- grain: one row per person record; records of one e-mail address are one group
with addresses as (
    select
        source,
        prospect_id as record_id,
        {{ personal_email('email') }} as match_value
    from ({{ current_rows('prospects') }})
),

known_addresses as (
    select * from addresses
    where match_value is not null
),

{{ merge_groups(ref('int_prospects_by_link'), 'known_addresses') }}

select * from merged
