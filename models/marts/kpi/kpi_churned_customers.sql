-- grain: one row per customer and period (month and longer) at whose start it was active
-- and at whose end (up to as_of) it was not
with activity as (select * from {{ ref('fct_customer_activity') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

followed as (
    select
        *,
        lead(active_from) over (
            partition by customer_key
            order by stretch_number
        ) as next_active_from
    from activity
),

placed as (
    select
        followed.*,
        unnest(['month', 'quarter', 'year']) as grain,
        unnest([calendar.month, calendar.quarter, calendar.year]) as period_start
    from followed
    inner join calendar
        on followed.active_to + 1 = calendar.day
),

kpi_churned_customers as (
    select
        placed.customer_key,
        placed.grain,
        placed.period_start
    from placed
    inner join periods
        on
            placed.grain = periods.grain
            and placed.period_start = periods.period_start
    cross join clock
    where
        placed.active_from < placed.period_start
        and (
            placed.next_active_from is null
            or placed.next_active_from > least(periods.period_end, clock.as_of)
        )
)

select * from kpi_churned_customers
