-- grain: one row per plan (forecast, budget), grain, period, dimension and dimension
-- value.
-- What revenue and prospecting cost are held against: targets of kind forecast and
-- budget, absolute or as a change on what a period was; where a period and segment has
-- no budget, the budgets of the campaigns, spread over their days.
with targets as (
    select
        *,
        case kind when 'forecast' then 'revenue' else 'cost' end as actual_event
    from {{ ref('fct_targets') }}
    where
        (kind = 'forecast' and kpi_id = 'revenue')
        or (kind = 'budget' and kpi_id = 'prospecting_cost')
),

components as (
    select * from {{ ref('kpi_components') }}
    where
        event in ('revenue', 'cost')
        and measure = 's'
),

campaigns as (
    select
        *,
        ended_on - started_on + 1 as day_count
    from {{ ref('dim_campaigns') }}
    where
        converted_budget_amount is not null
        and started_on <= ended_on
),

periods as (select * from {{ ref('kpi_periods') }}),

declared as (
    select
        targets.kind as event,
        targets.grain,
        targets.period_start,
        targets.dimension,
        targets.dimension_value,
        coalesce(targets.target, (1 + targets.change) * components.amount) as amount
    from targets
    left join components
        on
            targets.actual_event = components.event
            and targets.grain = components.grain
            and targets.baseline_start = components.period_start
            and targets.dimension = components.dimension
            and targets.dimension_value = components.dimension_value
),

shares as (
    select
        periods.grain,
        periods.period_start,
        campaigns.campaign_id,
        coalesce(campaigns.channel, '(unknown)') as channel,
        coalesce(campaigns.target_segment, '(unknown)') as target_segment,
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
),

spread as (
    select
        grain,
        period_start,
        case
            when grouping(campaign_id) = 0 then 'campaign'
            when grouping(channel) = 0 then 'channel'
            when grouping(target_segment) = 0 then 'target_segment'
            else 'all'
        end as dimension,
        case
            when grouping(campaign_id) = 0 then campaign_id
            when grouping(channel) = 0 then channel
            when grouping(target_segment) = 0 then target_segment
            else 'all'
        end as dimension_value,
        cast(sum(cast(amount as decimal(32, 10))) as double) as amount
    from shares
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (grain, period_start),
        (grain, period_start, campaign_id),
        (grain, period_start, channel),
        (grain, period_start, target_segment)
    )
),

kpi_plans as (
    select
        event,
        grain,
        period_start,
        dimension,
        dimension_value,
        cast(amount as double) as amount
    from declared
    where amount is not null
    union all
    select
        'budget' as event,
        spread.grain,
        spread.period_start,
        spread.dimension,
        spread.dimension_value,
        spread.amount
    from spread
    anti join declared
        on
            declared.event = 'budget'
            and spread.grain = declared.grain
            and spread.period_start = declared.period_start
            and spread.dimension = declared.dimension
            and spread.dimension_value = declared.dimension_value
    where {{ published_grain('spread.dimension', 'spread.grain') }}
)

select * from kpi_plans
