-- grain: one row per basis, origin (a month's end) and month of the six that follow.
-- How many of those who stand somewhere at the origin are expected to win in it: as
-- many as of those who stood where they stand, in the same stage for as long; where
-- nobody did, or the stage is not known, as long after the beginning; else anywhere.
-- The variance is that of winning or not with a chance that is itself learnt from so
-- many (the beta-binomial one), so that no chance is ever sure.
with standing as (select * from {{ ref('kpi_forecast_standing') }}),

shares as (select * from {{ ref('kpi_forecast_shares') }}),

learnt as (
    select
        standing.basis,
        standing.month_end as origin,
        standing.horizon,
        of_stage.stage,
        of_stage.months_in_stage,
        case when of_stage.stage is null then of_months.months_since end
            as months_since,
        coalesce(of_stage.stood, of_months.stood, of_all.stood) as stood,
        cast(coalesce(of_stage.won, of_months.won, of_all.won) as double) as won,
        sum(standing.standing) as standing
    from standing
    inner join shares as of_all
        on
            standing.basis = of_all.basis
            and standing.month_end = of_all.origin
            and standing.horizon = of_all.horizon
            and of_all.level = 'all'
    left join shares as of_months
        on
            standing.basis = of_months.basis
            and standing.month_end = of_months.origin
            and standing.horizon = of_months.horizon
            and standing.months_since = of_months.months_since
            and of_months.level = 'months'
    left join shares as of_stage
        on
            standing.basis = of_stage.basis
            and standing.month_end = of_stage.origin
            and standing.horizon = of_stage.horizon
            and standing.stage = of_stage.stage
            and standing.months_in_stage = of_stage.months_in_stage
            and of_stage.level = 'stage'
    group by all
),

-- exact sums, so that two builds give the same bits
kpi_forecast_open as (
    select
        basis,
        origin,
        horizon,
        cast(sum(cast(standing * won / stood as decimal(32, 15))) as double)
            as expected,
        cast(sum(cast(
            standing
            * (won + 0.5) / (stood + 1)
            * (1 - (won + 0.5) / (stood + 1))
            * (1 + (standing - 1) / (stood + 2.0))
            as decimal(32, 15)
        )) as double) as chance_variance
    from learnt
    group by all
)

select * from kpi_forecast_open
