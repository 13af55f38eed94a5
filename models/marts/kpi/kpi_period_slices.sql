-- grain: one row per event, grain, period, dimension and dimension value
-- Customers that are counted once per period and are no sum of days: those that ordered in
-- it (`customer_ordering`) and those lost in it (`customer_churned`).
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with churned as (select * from {{ ref('kpi_churned_customers') }}),

orders as (
    select * from {{ ref('fct_orders') }}
    where
        status = 'placed'
        and customer_key is not null
        and not is_test
        and not is_after_as_of
),

calendar as (select * from {{ ref('kpi_calendar') }}),

customer_dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

ordering as (
    select distinct
        customer_key,
        unnest(['day', 'week', 'half_month', 'month', 'quarter', 'year']) as grain,
        unnest([
            calendar.day,
            calendar.week,
            calendar.half_month,
            calendar.month,
            calendar.quarter,
            calendar.year
        ]) as period_start
    from orders
    inner join calendar
        on orders.ordered_on = calendar.day
),

events as (
    select
        'customer_ordering' as event,
        customer_key,
        grain,
        period_start
    from ordering
    union all
    select
        'customer_churned' as event,
        customer_key,
        grain,
        period_start
    from churned
),

described as (
    select
        events.*,
        {% for dimension in dimensions %}
            customer_dimensions.{{ dimension }}{{ ',' if not loop.last }}
        {% endfor %}
    from events
    inner join customer_dimensions
        on events.customer_key = customer_dimensions.customer_key
),

sliced as (
    select
        event,
        grain,
        period_start,
        {{ dimension_columns(dimensions) }},
        count(*) as n
    from described
    group by grouping sets (
        (event, grain, period_start),
        {% for dimension in dimensions %}
            (event, grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_period_slices as (
    select
        event,
        grain,
        period_start,
        dimension,
        dimension_value,
        n
    from sliced
    where {{ published_grain('dimension', 'grain') }}
)

select * from kpi_period_slices
