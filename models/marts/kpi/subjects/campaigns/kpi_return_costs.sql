-- grain: one row per dimension (channel, campaign) and value.
-- What was spent in the twelve months up to as_of. What names a channel or campaign (a
-- channel: or a campaign of it) is direct; the rest is what falls to it by its touches.
-- What then belongs to none stands under `(unallocated)`.
with spread as (select * from {{ ref('kpi_return_spread') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

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
        -- exact sums, so that two builds give the same bits
        coalesce(
            cast(
                sum(cast(amount as decimal(32, 10))) filter (where is_direct) as double
            ),
            0
        ) as direct_cost,
        coalesce(
            cast(
                sum(cast(amount as decimal(32, 10))) filter (where not is_direct)
                as double
            ),
            0
        ) as allocated_cost
    from allotted
    group by all
)

select * from kpi_return_costs
