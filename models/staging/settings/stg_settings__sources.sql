-- grain: one row per source, a source whose folder has gone but that was landed
-- included

with sources as (select * from {{ source('settings', 'sources') }}),

stg_settings__sources as (
    select
        source,
        source_order,
        format,
        timezone,
        date_order,
        two_digit_years as has_two_digit_years,
        excel_day_zero
    from sources
)

select * from stg_settings__sources
