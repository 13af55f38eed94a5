-- grain: one row per customer and period (month and longer) at whose start it was
-- active and at whose end (up to as_of) it was not; with what it was active by last
with activity as (select * from {{ ref('fct_customer_activity') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

placed as (
    select
        activity.*,
        grains.grain,
        {{ start_of_grain(['month', 'quarter', 'year']) }} as period_start
    from activity
    inner join calendar
        on activity.active_to + 1 = calendar.day
    cross join {{ rows_of_grains(['month', 'quarter', 'year']) }}
),

-- lost in the period, perhaps not for good
lost as (
    select
        placed.customer_key,
        placed.grain,
        placed.period_start,
        placed.ended_by,
        placed.ended_by_key,
        least(periods.period_end, clock.as_of) as ends_on
    from placed
    inner join periods
        on
            placed.grain = periods.grain
            and placed.period_start = periods.period_start
    cross join clock
    where placed.active_from < placed.period_start
),

kpi_churned_customers as (
    select
        lost.customer_key,
        lost.grain,
        lost.period_start,
        concat(lost.ended_by, 's') as record_entity,
        lost.ended_by_key as record_key
    from lost
    anti join activity as regained
        on
            lost.customer_key = regained.customer_key
            and lost.ends_on >= regained.active_from
            and lost.ends_on <= coalesce(regained.active_to, date '9999-12-31')
)

select * from kpi_churned_customers
