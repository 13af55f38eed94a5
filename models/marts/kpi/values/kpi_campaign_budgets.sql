-- grain: one row per event (budget, budgeted_cost), grain, period and dimension value
-- (its code).
-- The budgets of the campaigns, spread evenly over their days, and what these campaigns
-- cost: the cost of one without a budget would use up those of the others.
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
        costs.converted_amount as amount
    from costs
    inner join calendar
        on costs.spent_on = calendar.day
    cross join {{ rows_of_grains(kpi_grains()) }}
    where costs.campaign_key in (select campaigns.campaign_key from campaigns)
),

described as (
    select
        amounts.*,
        {{ value_codes(['campaign', 'channel', 'target_segment']) }}
    from amounts
    inner join campaigns
        on amounts.campaign_key = campaigns.campaign_key
    {{ join_value_codes({
        'campaign': 'campaigns.campaign_id',
        'channel': 'campaigns.channel',
        'target_segment': 'campaigns.target_segment',
    }) }}
),

kpi_campaign_budgets as (
    select
        event,
        grain,
        period_start,
        {{ grouped_code(['campaign', 'channel', 'target_segment']) }},
        cast(sum(cast(amount as decimal(32, 10))) as double) as amount
    from described
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, grain, period_start),
        (event, grain, period_start, campaign),
        (event, grain, period_start, channel),
        (event, grain, period_start, target_segment)
    )
)

select * from kpi_campaign_budgets
