-- grain: one row per dimension (channel, campaign) and value, of the twelve months up
-- to as_of.
-- Where does next month's budget go? What each channel and campaign cost, directly and
-- by its share of the rest, how much of its budget is used, what its touches have
-- brought so far, and whether to keep it, to stop it or to test more. Keep: even the
-- lower end of the revenue (95 %) covers the cost. Stop: even the upper end, with all
-- that is still to come, does not. What is left over stands under `(unallocated)`.
with measures as (select * from {{ ref('kpi_return_measures') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

judged as (
    select
        *,
        case
            when coalesce(cost_amount, 0) = 0 then 'no_cost'
            when revenue_low >= cost_amount then 'pays'
            when revenue_high < cost_amount then 'costs_more'
            when coalesce(come_share < 0.8, true) then 'too_young'
            else 'too_few'
        end as reason
    from measures
),

kpi_campaign_returns as (
    select
        judged.dimension,
        judged.dimension_value,
        coalesce(labels.dimension_label, judged.dimension_value) as dimension_label,
        judged.from_day,
        judged.to_day,
        judged.is_running,
        judged.direct_cost,
        judged.allocated_cost,
        judged.cost_amount,
        judged.budget_amount,
        judged.budget_used,
        judged.touches,
        judged.come_share,
        judged.deals,
        judged.revenue,
        (judged.revenue - judged.cost_amount) / nullif(judged.cost_amount, 0) as roi,
        judged.revenue_low,
        judged.revenue_high,
        case
            when judged.dimension_value = '(unallocated)' then null
            when judged.reason = 'no_cost' then null
            when judged.reason = 'pays' then 'keep'
            when judged.reason = 'costs_more' then 'stop'
            else 'test_more'
        end as verdict,
        case when judged.dimension_value != '(unallocated)' then judged.reason end
            as reason
    from judged
    left join labels
        on
            judged.dimension = labels.dimension
            and judged.dimension_value = labels.dimension_value
)

select * from kpi_campaign_returns
