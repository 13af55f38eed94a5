-- grain: one row per event (forecast, budget), grain, period and dimension value (its
-- code) that a target names.
-- Absolute, or as a change on what a period was: then none where that has no value.
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

placed as (
    select
        targets.kind as event,
        targets.grain,
        targets.period_start,
        dimension_values.value_code,
        targets.source,
        targets.kpi_id,
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

kpi_declared_plans as (
    select
        event,
        grain,
        period_start,
        value_code,
        source,
        kpi_id,
        amount
    from placed
    where amount is not null
)

select * from kpi_declared_plans
