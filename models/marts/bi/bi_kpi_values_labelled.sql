-- grain: one row per KPI, statistic, grain, period, dimension and dimension value.
-- `kpi_values` with what people read: the KPI's names and family, its unit, and rates
-- in percent. Filter one statistic, `is_first_statistic` when in doubt.
with kpi_values as (select * from {{ ref('kpi_values') }}),

catalog as (select * from {{ ref('kpi_published_catalog') }}),

bi_kpi_values_labelled as (
    select
        kpi_values.kpi_id,
        catalog.name_en,
        catalog.name_fr,
        catalog.family,
        catalog.unit,
        catalog.better,
        catalog.is_headline,
        kpi_values.statistic,
        kpi_values.statistic = string_split(catalog.statistics, '|')[1]
            as is_first_statistic,
        kpi_values.grain,
        kpi_values.period_start,
        kpi_values.dimension,
        kpi_values.dimension_value,
        kpi_values.dimension_label,
        kpi_values.value,
        case when catalog.unit = 'rate' then 100 * kpi_values.value end
            as value_percent,
        kpi_values.numerator,
        kpi_values.denominator,
        kpi_values.sample_size,
        kpi_values.ci_low,
        kpi_values.ci_high,
        kpi_values.is_partial,
        kpi_values.is_mature,
        kpi_values.is_reliable,
        kpi_values.previous_value,
        kpi_values.year_ago_value,
        kpi_values.trend,
        kpi_values.target,
        kpi_values.attainment
    from kpi_values
    inner join catalog
        on kpi_values.kpi_id = catalog.kpi_id
)

select * from bi_kpi_values_labelled
