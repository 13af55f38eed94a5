-- grain: one row per part of what costs of a month name (rep, campaign, channel) that
-- falls to a campaign and channel touched.
-- What was spent in the twelve months up to as_of, spread evenly over the prospecting
-- touches of its month that match all it names, as in kpi_cost_shares.
with costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

-- of one dimension, so that each touch is counted once
touch_cells as (
    select * from {{ ref('kpi_touch_cells') }}
    where
        {{ first_code_of('value_code') }} = {{ unknown_code('sender_account') }}
),

clock as (select * from {{ ref('dim_clock') }}),

spent as (
    select
        cast(date_trunc('month', costs.spent_on) as date) as month,
        costs.rep_key,
        costs.names_rep,
        costs.campaign_key,
        costs.names_campaign,
        costs.channel,
        cast(sum(costs.converted_amount) as double) as amount
    from costs
    cross join clock
    where costs.spent_on > clock.as_of - 365
    group by all
),

cells as (
    select
        month,
        rep_key,
        campaign_key,
        channel as touch_channel,
        cast(sum(touches) as bigint) as touches
    from touch_cells
    group by all
),

kpi_return_spread as (
    select
        spent.campaign_key,
        spent.channel,
        cells.campaign_key as touched_campaign_key,
        cells.touch_channel,
        spent.amount * coalesce(cells.touches / cast(sum(cells.touches) over (
            partition by
                spent.month,
                spent.rep_key,
                spent.names_rep,
                spent.campaign_key,
                spent.names_campaign,
                spent.channel
        ) as double), 1) as amount
    from spent
    left join cells
        on
            spent.month = cells.month
            and (not spent.names_rep or spent.rep_key = cells.rep_key)
            and (not spent.names_campaign or spent.campaign_key = cells.campaign_key)
            and (spent.channel is null or spent.channel = cells.touch_channel)
)

select * from kpi_return_spread
