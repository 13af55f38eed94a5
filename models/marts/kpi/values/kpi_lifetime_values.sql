-- grain: one row per statistic, grain, period and dimension value (its code).
-- The margin of twelve months per customer active in them × min(1 ÷ their churn, 5
-- years).
with trailing_customers as (
    select * from {{ ref('kpi_trailing_customers') }}
    where
        customers_at_start > 0
        and customers_active > 0
),

trailing_margins as (select * from {{ ref('kpi_trailing_margins') }}),

publications as (
    select * from {{ ref('kpi_publications') }}
    where kpi_id = 'ltv'
),

lifetimes as (
    select
        grain,
        period_start,
        value_code,
        cast(customers_active as double) as customers_active,
        case
            when customers_kept = customers_at_start then 5
            else
                least(
                    customers_at_start
                    / cast(customers_at_start - customers_kept as double),
                    5
                )
        end as years
    from trailing_customers
),

kpi_lifetime_values as (
    select
        publications.publication_key,
        publications.kpi_id,
        publications.statistic,
        lifetimes.grain,
        lifetimes.period_start,
        lifetimes.value_code,
        trailing_margins.margin
        * lifetimes.years
        / lifetimes.customers_active as value,
        trailing_margins.margin * lifetimes.years as numerator,
        lifetimes.customers_active as denominator,
        lifetimes.customers_active as sample_size
    from lifetimes
    inner join trailing_margins
        on
            lifetimes.grain = trailing_margins.grain
            and lifetimes.period_start = trailing_margins.period_start
            and lifetimes.value_code = trailing_margins.value_code
    inner join publications
        on
            {{ first_code_of('lifetimes.value_code') }} = publications.first_code
            and lifetimes.grain = publications.grain
)

select * from kpi_lifetime_values
