-- grain: one row per day from the first event's month to as_of, with its periods.
-- Days before 1970 are out of every KPI.
with clock as (select * from {{ ref('dim_clock') }}),

first_days as (
    select min(day) as day from {{ ref('kpi_event_slices') }}
    union all
    select min(occurred_on) as day from {{ ref('fct_activities') }}
),

span as (
    select
        cast(date_trunc('month', greatest(
            coalesce(min(first_days.day), any_value(clock.as_of)), date '1970-01-01'
        )) as date) as first_day,
        any_value(clock.as_of) as last_day,
        any_value(clock.fiscal_year_start_month) - 1 as fiscal_shift
    from first_days
    cross join clock
),

days as (
    select
        series.day,
        span.fiscal_shift
    from span
    cross join lateral ( -- a series per row -- noqa: ST05
        {{ date_series('span.first_day', 'span.last_day') }}
    ) as series
),

kpi_calendar as (
    select
        day,
        {{ period_starts('day', 'fiscal_shift') }}
    from days
)

select * from kpi_calendar
