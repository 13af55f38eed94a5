-- grain: one row per event (forecast, budget, budgeted_cost), grain, period and
-- dimension value (its code).
-- What revenue and prospecting cost are held against: targets of kind forecast and
-- budget, absolute or as a change on what a period was; where a period and segment has
-- no budget, the budgets of the campaigns. What a budget covers stands beside it.
with targets as (
    select * from {{ ref('fct_targets') }}
    where
        (kind = 'forecast' and kpi_id = 'revenue')
        or (kind = 'budget' and kpi_id = 'prospecting_cost')
),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

components as (
    select * from {{ ref('kpi_components') }}
    where
        event in ('revenue', 'cost')
        and measure = 's'
),

campaign_budgets as (select * from {{ ref('kpi_campaign_budgets') }}),

declared as (
    select
        targets.kind as event,
        targets.grain,
        targets.period_start,
        dimension_values.value_code,
        cast(
            coalesce(targets.target, (1 + targets.change) * components.amount) as double
        ) as amount
    from targets
    inner join dimension_values
        on
            targets.dimension = dimension_values.dimension
            and targets.dimension_value = dimension_values.dimension_value
    left join components
        on
            case targets.kind when 'forecast' then 'revenue' else 'cost' end
            = components.event
            and targets.grain = components.grain
            and targets.baseline_start = components.period_start
            and dimension_values.value_code = components.value_code
),

kpi_plans as (
    select
        event,
        grain,
        period_start,
        value_code,
        amount
    from declared
    where amount is not null
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
            components.event = 'cost'
            and declared.grain = components.grain
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
