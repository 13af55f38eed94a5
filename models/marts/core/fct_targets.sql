-- grain: one row per kind of target, KPI, grain, period, dimension and dimension value.
-- A target is absolute, or a change on the period that begins at baseline_start.
with targets as (select * from {{ ref('int_targets') }}),

fct_targets as (
    select
        kind,
        kpi_id,
        grain,
        period_start,
        dimension,
        dimension_value,
        target,
        change,
        baseline_start,
        source
    from targets
)

select * from fct_targets
