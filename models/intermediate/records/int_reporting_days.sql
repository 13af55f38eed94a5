-- grain: one row per calendar day of the reporting zone, with the instant it begins
-- (UTC)
with reporting as (select * from {{ ref('stg_settings__reporting') }}),

days as (select * from {{ ref('stg_settings__timezone_days') }}),

int_reporting_days as (
    select
        days.day,
        cast(days.day as timestamp) - to_seconds(
            case
                when
                    days.local_change_at is null
                    or cast(days.day as timestamp) < days.local_change_at
                    then days.local_offset_before_seconds
                else days.local_offset_after_seconds
            end
        ) as starts_at
    from days
    inner join reporting
        on days.timezone = reporting.timezone
)

select * from int_reporting_days
