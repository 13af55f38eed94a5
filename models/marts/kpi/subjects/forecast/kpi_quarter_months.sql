-- grain: one row per quarter that is running or comes next, and month of it that is not
-- over at the end of as_of.
-- How far ahead of the last complete month it lies, and how much of it is left: of the
-- running month its last days. On the last day of a quarter these are the two that
-- follow.
with periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

last_ones as (
    select
        max(period_start) filter (where grain = 'quarter') as quarter_start,
        max(period_start) filter (where grain = 'month' and not is_partial)
            as origin_month,
        max(period_number) filter (where grain = 'month' and not is_partial) as origin
    from periods
),

steps as (select cast(unnest(generate_series(0, 8)) as integer) as step),

months as (
    select
        cast(last_ones.quarter_start + to_months(steps.step - steps.step % 3) as date)
            as period_start,
        cast(last_ones.quarter_start + to_months(steps.step) as date) as month,
        last_ones.origin_month,
        last_ones.origin
    from last_ones
    cross join steps
),

kpi_quarter_months as (
    select
        months.period_start,
        cast(last_day(months.period_start + to_months(2)) as date) as period_end,
        months.month,
        months.origin,
        cast(date_diff('month', months.origin_month, months.month) as integer)
            as horizon,
        least(
            (last_day(months.month) - clock.as_of)
            / cast(extract(day from last_day(months.month)) as double),
            1
        ) as share_left,
        count(*) over (partition by months.period_start) as months_left
    from months
    cross join clock
    where last_day(months.month) > clock.as_of
    qualify dense_rank() over (order by months.period_start) <= 2
)

select * from kpi_quarter_months
