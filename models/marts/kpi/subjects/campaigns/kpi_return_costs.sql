-- grain: one row per dimension (channel, campaign), value and whether costs name it.
-- What was spent in the twelve months up to as_of. What names a channel or campaign (a
-- channel: or a campaign of it) is direct; the rest is spread evenly over the
-- prospecting touches of its month that match all it names, as in kpi_cost_shares. What
-- then belongs to none stands under `(unallocated)`.
with costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

touches as (
    select * from {{ ref('kpi_touches') }}
    where is_prospecting_touch
),

campaigns as (select * from {{ ref('dim_campaigns') }}),

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
        cast(date_trunc('month', day) as date) as month,
        rep_key,
        campaign_key,
        touch_channel,
        count(*) as touches
    from touches
    group by all
),

spread as (
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
),

allotted as (
    select
        'campaign' as dimension,
        coalesce(named.campaign_id, touched.campaign_id) as dimension_value,
        named.campaign_id is not null as is_direct,
        spread.amount
    from spread
    left join campaigns as named
        on spread.campaign_key = named.campaign_key
    left join campaigns as touched
        on spread.touched_campaign_key = touched.campaign_key
    union all
    select
        'channel' as dimension,
        coalesce(spread.channel, named.channel, spread.touch_channel)
            as dimension_value,
        coalesce(spread.channel, named.channel) is not null as is_direct,
        spread.amount
    from spread
    left join campaigns as named
        on spread.campaign_key = named.campaign_key
),

kpi_return_costs as (
    select
        dimension,
        coalesce(dimension_value, '(unallocated)') as dimension_value,
        is_direct,
        -- an exact sum, so that two builds give the same bits
        cast(sum(cast(amount as decimal(32, 10))) as double) as cost_amount
    from allotted
    group by all
)

select * from kpi_return_costs
