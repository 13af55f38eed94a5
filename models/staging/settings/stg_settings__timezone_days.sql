-- grain: one row per time zone in use and day from 1970 to 2100.
-- The clocks: the zone's offset from UTC before and after the clock change of that day.
-- Read once from the time zone database, so that no query calls a time zone function
-- per row.

with timezone_days as (select * from {{ source('settings', 'timezone_days') }}),

stg_settings__timezone_days as (
    select
        timezone,
        day,
        local_offset_before_seconds,
        local_offset_after_seconds,
        local_change_at,
        local_gap_start,
        local_gap_end,
        utc_offset_before_seconds,
        utc_offset_after_seconds,
        utc_change_at
    from timezone_days
)

select * from stg_settings__timezone_days
