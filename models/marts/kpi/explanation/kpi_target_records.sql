-- grain: one row per event (budget, forecast, budgeted_cost), grain, period, dimension
-- value (its code) and record: a target, and the costs that a budget of it covers.
-- The costs are those of the period under the target's value; under a value that no
-- cost names itself, the target stands for them.
with declared as (select * from {{ ref('kpi_declared_plans') }}),

plans as (
    select * from {{ ref('kpi_plans') }}
    where event = 'budgeted_cost'
),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

costs as (select * from {{ ref('kpi_covered_costs') }}),

budgets as (
    select
        declared.*,
        dimension_values.dimension in (
            {{ quoted_values(['sender_account'] + kpi_who_dimensions()) }}
        ) as is_allocated
    from declared
    inner join dimension_values
        on declared.value_code = dimension_values.value_code
    where declared.event = 'budget'
),

targets as (
    select
        declared.event,
        declared.grain,
        declared.period_start,
        declared.value_code,
        declared.source,
        declared.event as kind,
        declared.kpi_id,
        declared.amount
    from declared
    union all
    select
        plans.event,
        plans.grain,
        plans.period_start,
        plans.value_code,
        budgets.source,
        budgets.event as kind,
        budgets.kpi_id,
        plans.amount
    from plans
    inner join budgets
        on
            plans.grain = budgets.grain
            and plans.period_start = budgets.period_start
            and plans.value_code = budgets.value_code
    where budgets.is_allocated
),

kpi_target_records as (
    select
        targets.event,
        targets.grain,
        targets.period_start,
        targets.value_code,
        targets.amount,
        'targets' as record_entity,
        targets.source as record_source,
        concat_ws(
            ' ',
            targets.kind, targets.kpi_id,
            targets.grain,
            targets.period_start,
            dimension_values.dimension,
            dimension_values.dimension_value
        ) as record_id
    from targets
    inner join dimension_values
        on targets.value_code = dimension_values.value_code
    union all
    select
        'budgeted_cost' as event,
        grain,
        period_start,
        value_code,
        amount,
        entity as record_entity,
        source as record_source,
        record_id
    from costs
)

select * from kpi_target_records
