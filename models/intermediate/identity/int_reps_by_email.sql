-- grain: one row per rep record (source, rep_id); records of one e-mail are one group
with addresses as (
    select distinct
        source,
        rep_id as record_id,
        {{ personal_email('email') }} as match_value
    from ({{ current_rows('reps') }})
),

known_addresses as (
    select * from addresses
    where match_value is not null
),

{{ merge_groups(ref('int_reps_by_link'), 'known_addresses') }}

select * from merged
