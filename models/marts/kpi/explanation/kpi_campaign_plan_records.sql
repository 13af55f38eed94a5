-- grain: one row per event (budget, budgeted_cost), grain, period, dimension value (its
-- code) and record: a campaign with a budget, or a cost of one.
-- Where no target names a budget: what `kpi_plans` takes from the campaigns.
with plans as (select * from {{ ref('kpi_campaign_plans') }}),

declared as (
    select * from {{ ref('kpi_declared_plans') }}
    where event = 'budget'
),

campaigns as (select * from {{ ref('dim_campaigns') }}),

records as (
    select * from {{ ref('kpi_records') }}
    where record_entity = 'costs'
),

cells as (
    {% for code in ['0', 'campaign', 'channel', 'target_segment'] %}
        select
            event,
            grain,
            period_start,
            campaign_key,
            cost_key,
            {{ code }} as value_code,
            sum(amount) as amount
        from plans
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_campaign_plan_records as (
    select
        cells.event,
        cells.grain,
        cells.period_start,
        cells.value_code,
        cells.amount,
        coalesce(records.entity, 'campaigns') as record_entity,
        coalesce(records.source, campaigns.source) as record_source,
        coalesce(records.record_id, campaigns.campaign_id) as record_id
    from cells
    inner join campaigns
        on cells.campaign_key = campaigns.campaign_key
    left join records
        on cells.cost_key = records.record_key
    anti join declared
        on
            cells.grain = declared.grain
            and cells.period_start = declared.period_start
            and cells.value_code = declared.value_code
    where {{ published_code('cells.value_code', 'cells.grain') }}
)

select * from kpi_campaign_plan_records
