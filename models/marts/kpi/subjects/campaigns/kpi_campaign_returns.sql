-- grain: one row per dimension (channel, campaign) and value, of the twelve months up
-- to as_of.
-- Where does next month's budget go? What each channel and campaign cost, directly and
-- by its share of the rest, how much of its budget is used, what its touches have
-- brought so far, and whether to keep it, to stop it or to test more. Keep: even the
-- lower end of the revenue (95 %) covers the cost. Stop: even the upper end, with all
-- that is still to come, does not. A campaign that is over needs no budget: nothing is
-- said of it. What is left over stands under `(unallocated)`.
with measures as (select * from {{ ref('kpi_return_measures') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

judged as (
    select
        measures.*,
        coalesce(campaigns.name, measures.dimension_value) as dimension_label,
        case
            when campaigns.campaign_key is not null
                then coalesce(campaigns.ended_on > measures.to_day, true)
        end as is_running,
        case
            when measures.dimension_value = '(unallocated)' then null
            when campaigns.ended_on <= measures.to_day then 'finished'
            when coalesce(measures.cost_amount, 0) = 0 then 'no_cost'
            when measures.revenue_low >= measures.cost_amount then 'pays'
            when measures.revenue_high < measures.cost_amount then 'costs_more'
            when coalesce(measures.come_share < 0.8, true) then 'too_young'
            else 'too_few'
        end as reason
    from measures
    left join campaigns
        on
            measures.dimension = 'campaign'
            and measures.dimension_value = campaigns.campaign_id
),

kpi_campaign_returns as (
    select
        dimension,
        dimension_value,
        dimension_label,
        from_day,
        to_day,
        is_running,
        direct_cost,
        allocated_cost,
        cost_amount,
        budget_amount,
        budget_used,
        touches,
        come_share,
        deals,
        revenue,
        (revenue - cost_amount) / nullif(cost_amount, 0) as roi,
        revenue_low,
        revenue_high,
        case
            when reason = 'pays' then 'keep'
            when reason = 'costs_more' then 'stop'
            when reason in ('too_young', 'too_few') then 'test_more'
        end as verdict,
        reason
    from judged
)

select * from kpi_campaign_returns
