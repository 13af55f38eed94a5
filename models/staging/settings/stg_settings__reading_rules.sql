-- grain: one row per source: how the values in its files are read

with

reporting as (
    select * from {{ ref('stg_settings__reporting') }}
),

sources as (
    select * from {{ ref('stg_settings__sources') }}
),

loads as (
    select * from {{ ref('stg_landing__loads') }}
),

-- a source whose folder has gone keeps what it landed, and is read by the defaults
departed_sources as (
    select
        loads.source,
        coalesce(
            max_by(loads.decimal_mark, loads.load_order)
                filter (where loads.decimal_mark is not null),
            '.'
        ) as decimal_mark
    from loads
    left join sources on loads.source = sources.source
    where sources.source is null
    group by loads.source
),

all_sources as (
    select
        source,
        timezone,
        date_order,
        decimal_mark
    from sources
    union all
    select
        source,
        null as timezone,
        'iso' as date_order,
        decimal_mark
    from departed_sources
),

stg_settings__reading_rules as (
    select
        all_sources.source,
        coalesce(all_sources.timezone, reporting.timezone) as timezone,
        all_sources.date_order,
        all_sources.decimal_mark,
        reporting.timezone as reporting_timezone,
        make_date(cast(year(reporting.today) as integer) + 11, 1, 1) as improbable_from
    from all_sources
    cross join reporting
)

select * from stg_settings__reading_rules
