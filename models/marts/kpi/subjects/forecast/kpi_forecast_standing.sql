-- grain: one row per basis, complete month's end, stage, months in it, months since the
-- beginning and month of the six that follow.
-- Who, or which deals, stood there, and how many of them won in that month. Months are
-- complete ones; three in a stage stand for three or more, six since the beginning for
-- six or more.
with stretches as (select * from {{ ref('kpi_forecast_stretches') }}),

months as (
    select
        period_start,
        period_number,
        max(period_number) over () as last_number
    from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
),

horizons as (
    select cast(unnest(generate_series(1, 6)) as integer) as horizon
),

placed as (
    select
        stretches.basis,
        months.period_number as month_end,
        months.last_number,
        stretches.stage,
        least(date_diff('month', stretches.entered_month, months.period_start), 3)
            as months_in_stage,
        least(date_diff('month', stretches.began_month, months.period_start), 6)
            as months_since,
        date_diff('month', months.period_start, stretches.won_month) as months_to_win,
        sum(stretches.standing) as standing
    from stretches
    inner join months
        on
            stretches.from_month <= months.period_start
            and stretches.before_month > months.period_start
    group by all
),

kpi_forecast_standing as (
    select
        placed.basis,
        placed.month_end,
        placed.stage,
        placed.months_in_stage,
        placed.months_since,
        horizons.horizon,
        cast(sum(placed.standing) as bigint) as standing,
        cast(sum(case
            when placed.month_end + horizons.horizon > placed.last_number then null
            when placed.months_to_win = horizons.horizon then placed.standing
            else 0
        end) as bigint) as won
    from placed
    cross join horizons
    group by all
)

select * from kpi_forecast_standing
