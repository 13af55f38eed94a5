-- grain: one row per landed file: how the values in it are read

with reporting as (select * from {{ ref('stg_settings__reporting') }}),

sources as (select * from {{ ref('stg_settings__sources') }}),

file_rules as (select * from {{ ref('stg_settings__file_rules') }}),

stg_settings__reading_rules as (
    select
        file_rules.load_id,
        file_rules.file,
        sources.timezone,
        sources.date_order,
        sources.has_two_digit_years,
        sources.excel_day_zero,
        file_rules.comma_columns,
        file_rules.doubtful_columns,
        file_rules.midnight_columns,
        reporting.timezone as reporting_timezone,
        make_date(cast(year(reporting.today) as integer) + 11, 1, 1) as improbable_from
    from file_rules
    inner join sources
        on file_rules.source = sources.source
    cross join reporting
)

select * from stg_settings__reading_rules
