-- grain: one row per person record; records of one LinkedIn profile are one group
with profiles as (
    select
        source,
        prospect_id as record_id,
        {{ profile_address('linkedin_url') }} as match_value
    from ({{ current_rows('prospects') }})
),

known_profiles as (
    select * from profiles
    where match_value is not null
),

{{ merge_groups(ref('int_prospects_by_email'), 'known_profiles') }}

select * from merged
