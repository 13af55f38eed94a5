-- grain: one row per basis, origin (a month's end), month of the six that follow, stage
-- and months in it.
-- Of those who stood there at the month ends of two years, the share that won so many
-- months later. Only what was known at the origin: month ends so many months before it.
with standing as (select * from {{ ref('kpi_forecast_standing') }}),

origins as (
    select period_number as origin
    from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
        and period_number >= 6
),

horizons as (
    select cast(unnest(generate_series(1, 6)) as integer) as horizon
),

stood as (
    select
        basis,
        month_end,
        stage,
        months_in_stage,
        sum(standing) as standing
    from standing
    group by all
),

won as (
    select
        basis,
        month_end,
        stage,
        months_in_stage,
        months_to_win as horizon,
        sum(standing) as won
    from standing
    where months_to_win between 1 and 6
    group by all
),

kpi_forecast_shares as (
    select
        stood.basis,
        origins.origin,
        horizons.horizon,
        stood.stage,
        stood.months_in_stage,
        cast(sum(stood.standing) as bigint) as standing,
        cast(coalesce(sum(won.won), 0) as bigint) as won,
        coalesce(sum(won.won), 0) / cast(sum(stood.standing) as double) as won_share
    from origins
    cross join horizons
    inner join stood
        on
            origins.origin - horizons.horizon - 24 < stood.month_end
            and origins.origin - horizons.horizon >= stood.month_end
    left join won
        on
            stood.basis = won.basis
            and stood.month_end = won.month_end
            and stood.stage = won.stage
            and stood.months_in_stage = won.months_in_stage
            and horizons.horizon = won.horizon
    group by all
)

select * from kpi_forecast_shares
