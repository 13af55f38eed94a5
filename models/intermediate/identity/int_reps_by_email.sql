-- grain: one row per rep record (source, rep_id); records of one e-mail are one group
with records as (
    {{ current_rows('reps') }}
),

written_addresses as (
    select * from {{ ref('int_written_addresses') }}
    where kind = 'email'
),

known_addresses as (
    select distinct
        records.source,
        records.rep_id as record_id,
        written_addresses.address as match_value
    from records
    inner join written_addresses
        on
            records.source = written_addresses.source
            and records.email = written_addresses.written
),

{{ merge_groups(ref('int_reps_by_link'), 'known_addresses') }}

select * from merged
