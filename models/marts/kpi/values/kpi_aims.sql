-- grain: one row per KPI, statistic, grain, period, dimension and dimension value that
-- has a target.
-- What is aimed at, for periods past and to come: an absolute value, or a change on
-- what the KPI was in the baseline period (null while that has no value). A target is
-- for the first statistic of its KPI.
with targets as (
    select * from {{ ref('fct_targets') }}
    where kind = 'target'
),

catalog as (
    select
        kpi_id,
        string_split(statistics, '|')[1] as first_statistic
    from {{ ref('stg_reference__kpi_catalog') }}
),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

measures as (select * from {{ ref('kpi_measures') }}),

kpi_aims as (
    select
        targets.kpi_id,
        catalog.first_statistic as statistic,
        targets.grain,
        targets.period_start,
        targets.dimension,
        targets.dimension_value,
        dimension_values.value_code,
        cast(
            coalesce(targets.target, (1 + targets.change) * measures.value) as double
        ) as target
    from targets
    inner join catalog
        on targets.kpi_id = catalog.kpi_id
    left join dimension_values
        on
            targets.dimension = dimension_values.dimension
            and targets.dimension_value = dimension_values.dimension_value
    left join measures
        on
            targets.kpi_id = measures.kpi_id
            and catalog.first_statistic = measures.statistic
            and targets.grain = measures.grain
            and targets.baseline_start = measures.period_start
            and dimension_values.value_code = measures.value_code
)

select * from kpi_aims
