-- grain: one row per origin (a month's end) and month of the six that follow: what the
-- deals open at the origin are expected to bring, and what they brought.
-- Of the open deals as many are won as of those that stood in their stage as long
-- before them. By chance each deal is won or not, which scatters the result.
with standing as (
    select * from {{ ref('kpi_forecast_standing') }}
    where basis = 'pipeline'
),

shares as (
    select * from {{ ref('kpi_forecast_shares') }}
    where basis = 'pipeline'
),

months as (
    select max(period_number) as last_number
    from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
),

-- where no deal had stood before, the share of all
any_stage as (
    select
        origin,
        horizon,
        sum(won) / cast(sum(standing) as double) as won_share
    from shares
    group by all
),

-- exact sums, here and below, so that two builds give the same bits
open_deals as (
    select
        month_end as origin,
        stage,
        months_in_stage,
        sum(standing) as standing,
        cast(sum(cast(amount as decimal(38, 6))) as double) as amount,
        cast(sum(cast(squared_amount as decimal(38, 4))) as double) as squared_amount
    from standing
    group by all
),

chances as (
    select
        any_stage.origin,
        any_stage.horizon,
        open_deals.standing,
        open_deals.amount,
        open_deals.squared_amount,
        coalesce(shares.won_share, any_stage.won_share) as won_share
    from any_stage
    inner join open_deals
        on any_stage.origin = open_deals.origin
    left join shares
        on
            any_stage.origin = shares.origin
            and any_stage.horizon = shares.horizon
            and open_deals.stage = shares.stage
            and open_deals.months_in_stage = shares.months_in_stage
),

expected as (
    select
        origin,
        horizon,
        sum(cast(standing * won_share as decimal(32, 15))) as deals,
        sum(cast(amount * won_share as decimal(38, 10))) as amount,
        sum(cast(standing * won_share * (1 - won_share) as decimal(32, 15)))
            as deals_variance,
        sum(cast(squared_amount * won_share * (1 - won_share) as decimal(38, 6)))
            as amount_variance
    from chances
    group by all
),

outcomes as (
    select
        month_end as origin,
        months_to_win as horizon,
        sum(standing) as deals,
        sum(cast(won_amount as decimal(38, 10))) as amount
    from standing
    where months_to_win between 1 and 6
    group by all
),

kpi_forecast_pipeline as (
    select
        expected.origin,
        expected.horizon,
        cast(expected.deals as double) as expected_deals,
        cast(expected.amount as double) as expected_amount,
        cast(expected.deals_variance as double) as deals_variance,
        cast(expected.amount_variance as double) as amount_variance,
        case
            when expected.origin + expected.horizon <= months.last_number
                then cast(coalesce(outcomes.deals, 0) as double)
        end as actual_deals,
        case
            when expected.origin + expected.horizon <= months.last_number
                then cast(coalesce(outcomes.amount, 0) as double)
        end as actual_amount
    from expected
    cross join months
    left join outcomes
        on
            expected.origin = outcomes.origin
            and expected.horizon = outcomes.horizon
)

select * from kpi_forecast_pipeline
