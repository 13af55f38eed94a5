-- grain: one row per basis, origin (a month's end), month of the six that follow, level
-- and place.
-- How many stood there before, and how many of them won so many months later. Places
-- are told apart at three levels: by the stage and the months in it; by the months
-- since the beginning alone; not at all. Only what was known at the origin: the month
-- ends of two years so many months before it.
with standing as (
    select * from {{ ref('kpi_forecast_standing') }}
    where won is not null
),

origins as (
    select period_number as origin
    from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
),

firsts as (
    select
        basis,
        min(period_number) as first_number
    from {{ ref('kpi_forecast_outcomes') }}
    group by all
),

known as (
    select
        origins.origin,
        standing.*
    from origins
    inner join standing
        on
            origins.origin - standing.horizon - 24 < standing.month_end
            and origins.origin - standing.horizon >= standing.month_end
    inner join firsts
        on
            standing.basis = firsts.basis
            and standing.month_end + standing.horizon >= firsts.first_number
),

kpi_forecast_shares as (
    select
        basis,
        origin,
        horizon,
        stage,
        months_in_stage,
        months_since,
        case
            when grouping(stage) = 0 then 'stage'
            when grouping(months_since) = 0 then 'months'
            else 'all'
        end as level,
        cast(sum(standing) as bigint) as stood,
        cast(sum(won) as bigint) as won
    from known
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (basis, origin, horizon, stage, months_in_stage),
        (basis, origin, horizon, months_since),
        (basis, origin, horizon)
    )
    having
        grouping(stage) = 1
        or stage != '(unknown)'
)

select * from kpi_forecast_shares
