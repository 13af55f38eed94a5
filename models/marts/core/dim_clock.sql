-- grain: one row: the day at which everything is seen, and the reporting settings
with clock as (select * from {{ ref('int_clock') }}),

dim_clock as (
    select
        as_of,
        today,
        timezone,
        currency,
        fiscal_year_start_month,
        revenue_from,
        retention_months
    from clock
)

select * from dim_clock
