-- grain: one row per origin (a month's end) and month of the six that follow: what the
-- deals open at the origin are expected to bring, and what they brought
-- Only what was known at the origin: the stages and their probabilities of that day,
-- and how much of the weighted pipelines before had come, so many months later.
with openings as (select * from {{ ref('fct_deal_stage_openings') }}),

probabilities as (select * from {{ ref('kpi_stage_probabilities') }}),

won_deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

months as (
    select
        period_start,
        period_end,
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

-- the deals open at a month's end, with the months that the won ones still took
standing as (
    select
        months.period_number as origin,
        months.last_number,
        openings.deal_key,
        openings.converted_amount,
        probabilities.probability,
        won_deals.converted_amount as won_amount,
        won_months.period_number - months.period_number as months_to_win
    from openings
    inner join months
        on
            openings.open_from <= months.period_end
            and openings.open_before > months.period_end
    left join probabilities
        on
            openings.stage = probabilities.stage
            and months.period_end = probabilities.day
    left join won_deals
        on openings.deal_key = won_deals.deal_key
    left join months as won_months
        on date_trunc('month', won_deals.closed_on) = won_months.period_start
),

weighed as (
    select
        origin,
        -- sums in one order, so that two builds give the same bits
        sum(probability order by probability) as deals,
        sum(
            probability * coalesce(converted_amount, 0)
            order by probability, converted_amount
        ) as amount
    from standing
    group by all
),

won as (
    select
        origin,
        months_to_win as horizon,
        count(*) as deals,
        sum(coalesce(won_amount, 0)) as amount
    from standing
    where months_to_win between 1 and 6
    group by all
),

outcomes as (
    select
        weighed.origin,
        horizons.horizon,
        weighed.deals as weighted_deals,
        weighed.amount as weighted_amount,
        case
            when weighed.origin + horizons.horizon <= months.last_number
                then cast(coalesce(won.deals, 0) as double)
        end as actual_deals,
        case
            when weighed.origin + horizons.horizon <= months.last_number
                then cast(coalesce(won.amount, 0) as double)
        end as actual_amount,
        months.last_number
    from weighed
    cross join horizons
    inner join months
        on weighed.origin = months.period_number
    left join won
        on
            weighed.origin = won.origin
            and horizons.horizon = won.horizon
),

-- of the weighted pipelines whose month at that distance was over by the origin, the
-- share that came in it
realised as (
    select
        *,
        sum(actual_deals) over known_by_then
        / nullif(sum(weighted_deals) over known_by_then, 0) as realised_share
    from outcomes
    window known_by_then as (
        partition by horizon
        order by origin
        range between unbounded preceding and horizon preceding
    )
),

kpi_forecast_pipeline as (
    select
        origin,
        horizon,
        weighted_deals * realised_share as expected_deals,
        weighted_amount * realised_share as expected_amount,
        actual_deals,
        actual_amount
    from realised
    where
        realised_share is not null
        and origin > last_number - 13
)

select * from kpi_forecast_pipeline
