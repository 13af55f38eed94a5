-- grain: one row per source: all that it takes to read the values in its files

with

reporting as (
    select * from {{ ref('stg_settings__reporting') }}
),

sources as (
    select * from {{ ref('stg_settings__sources') }}
),

stg_settings__reading_rules as (
    select
        sources.source,
        sources.timezone,
        sources.date_order,
        sources.decimal_mark,
        sources.doubtful_marks,
        reporting.timezone as reporting_timezone,
        make_date(cast(year(reporting.today) as integer) + 11, 1, 1) as improbable_from
    from sources
    cross join reporting
)

select * from stg_settings__reading_rules
