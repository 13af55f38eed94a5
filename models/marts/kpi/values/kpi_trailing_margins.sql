-- grain: one row per grain, period and dimension value (its code).
-- What customers brought in the twelve months up to the end of the quarter or year,
-- line by line: the margin, or the revenue where no cost is known.
with components as (select * from {{ ref('kpi_components') }}),

trailing_customers as (select * from {{ ref('kpi_trailing_customers') }}),

margins as (
    select
        grain,
        period_start,
        value_code,
        sum(cast(
            case when event = 'revenue_cost_known' then -amount else amount end
            as decimal(32, 10)
        )) as margin
    from components
    where
        event in ('revenue', 'margin', 'revenue_cost_known')
        and measure = 's'
        and grain in ('quarter', 'year')
    group by all
),

kpi_trailing_margins as (
    select
        trailing_customers.grain,
        trailing_customers.period_start,
        trailing_customers.value_code,
        cast(sum(margins.margin) as double) as margin
    from trailing_customers
    inner join margins
        on
            trailing_customers.grain = margins.grain
            and trailing_customers.value_code = margins.value_code
            and trailing_customers.period_start >= margins.period_start
            and case
                when trailing_customers.grain = 'year'
                    then trailing_customers.period_start
                else trailing_customers.period_start - to_months(9)
            end <= margins.period_start
    group by all
)

select * from kpi_trailing_margins
