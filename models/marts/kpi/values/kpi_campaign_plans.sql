-- grain: one row per event (budget, budgeted_cost), grain, period and campaign (of
-- budgeted_cost: cost and day) with a budget.
-- Its budget, spread evenly over its days, and what it cost; with the codes of the
-- campaign.
with campaigns as (
    select
        *,
        ended_on - started_on + 1 as day_count
    from {{ ref('dim_campaigns') }}
    where
        converted_budget_amount is not null
        and started_on <= ended_on
),

costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

periods as (select * from {{ ref('kpi_periods') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

amounts as (
    select
        'budget' as event,
        periods.grain,
        periods.period_start,
        campaigns.campaign_key,
        cast(null as bigint) as cost_key,
        campaigns.converted_budget_amount
        * (
            least(campaigns.ended_on, periods.period_end)
            - greatest(campaigns.started_on, periods.period_start)
            + 1
        )
        / campaigns.day_count as amount
    from campaigns
    inner join periods
        on
            campaigns.started_on <= periods.period_end
            and campaigns.ended_on >= periods.period_start
    union all
    select
        'budgeted_cost' as event,
        grains.grain,
        {{ start_of_grain(kpi_grains()) }} as period_start,
        costs.campaign_key,
        costs.cost_key,
        costs.converted_amount as amount
    from costs
    inner join calendar
        on costs.spent_on = calendar.day
    cross join {{ rows_of_grains(kpi_grains()) }}
    where costs.campaign_key in (select campaigns.campaign_key from campaigns)
),

kpi_campaign_plans as (
    select
        amounts.event,
        amounts.grain,
        amounts.period_start,
        amounts.campaign_key,
        amounts.cost_key,
        cast(amounts.amount as decimal(32, 10)) as amount,
        {{ value_codes(['campaign', 'channel', 'target_segment']) }}
    from amounts
    inner join campaigns
        on amounts.campaign_key = campaigns.campaign_key
    {{ join_value_codes({
        'campaign': 'campaigns.campaign_id',
        'channel': 'campaigns.channel',
        'target_segment': 'campaigns.target_segment',
    }) }}
)

select * from kpi_campaign_plans
