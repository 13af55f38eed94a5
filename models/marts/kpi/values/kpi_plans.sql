-- grain: one row per event (forecast, budget, budgeted_cost), grain, period and
-- dimension value (its code).
-- What revenue and prospecting cost are held against: targets of kind forecast and
-- budget, absolute or as a change on what a period was; where a period and segment has
-- no budget, the budgets of the campaigns. What a budget covers stands beside it.
with declared as (select * from {{ ref('kpi_declared_plans') }}),

components as (
    select * from {{ ref('kpi_components') }}
    where
        event = 'cost'
        and measure = 's'
),

campaign_budgets as (select * from {{ ref('kpi_campaign_budgets') }}),

kpi_plans as (
    select
        event,
        grain,
        period_start,
        value_code,
        amount
    from declared
    union all
    select
        'budgeted_cost' as event,
        declared.grain,
        declared.period_start,
        declared.value_code,
        components.amount
    from declared
    inner join components
        on
            declared.grain = components.grain
            and declared.period_start = components.period_start
            and declared.value_code = components.value_code
    where declared.event = 'budget'
    union all
    select
        campaign_budgets.event,
        campaign_budgets.grain,
        campaign_budgets.period_start,
        campaign_budgets.value_code,
        campaign_budgets.amount
    from campaign_budgets
    anti join declared
        on
            declared.event = 'budget'
            and campaign_budgets.grain = declared.grain
            and campaign_budgets.period_start = declared.period_start
            and campaign_budgets.value_code = declared.value_code
    where {{ published_code('campaign_budgets.value_code', 'campaign_budgets.grain') }}
)

select * from kpi_plans
