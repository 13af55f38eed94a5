-- grain: one row per kind of target, KPI, grain, period, dimension and dimension value.
-- A target is absolute, or a change on the period that begins at baseline_start.
with targets as (select * from {{ ref('int_targets') }}),

rep_secret as (select * from {{ ref('int_rep_secret') }}),

fct_targets as (
    select
        targets.kind,
        targets.kpi_id,
        targets.grain,
        targets.period_start,
        targets.dimension,
        case
            when targets.dimension = 'rep' and targets.dimension_value != '(unknown)'
                then {{ rep_pseudonym('targets.dimension_value') }}
            else targets.dimension_value
        end as dimension_value,
        targets.target,
        targets.change,
        targets.baseline_start,
        targets.source
    from targets
    cross join rep_secret
)

select * from fct_targets
