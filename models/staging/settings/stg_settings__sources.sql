-- grain: one row per source, a source whose folder has gone but that was landed
-- included

with

sources as (
    select * from {{ source('settings', 'sources') }}
),

stg_settings__sources as (
    select
        source,
        source_order,
        format,
        timezone,
        date_order,
        decimal as decimal_mark,
        doubtful_marks
    from sources
)

select * from stg_settings__sources
