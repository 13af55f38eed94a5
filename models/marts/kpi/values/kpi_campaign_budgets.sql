-- grain: one row per event (budget, budgeted_cost), grain, period and dimension value
-- (its code).
-- The budgets of the campaigns, spread evenly over their days, and what these campaigns
-- cost: the cost of one without a budget would use up those of the others.
with amounts as (select * from {{ ref('kpi_campaign_plans') }}),

kpi_campaign_budgets as (
    select
        event,
        grain,
        period_start,
        {{ grouped_code(['campaign', 'channel', 'target_segment']) }},
        cast(sum(amount) as double) as amount
    from amounts
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, grain, period_start),
        (event, grain, period_start, campaign),
        (event, grain, period_start, channel),
        (event, grain, period_start, target_segment)
    )
)

select * from kpi_campaign_budgets
