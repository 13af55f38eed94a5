-- grain: one row per statistic, grain, period, dimension and dimension value.
-- What a customer brings over what it costs to win one.
with lifetime_values as (select * from {{ ref('kpi_lifetime_values') }}),

acquisition_costs as (
    select * from {{ ref('kpi_ratios') }}
    where
        kpi_id = 'cac'
        and numerator > 0
        and denominator > 0
),

publications as (
    select * from {{ ref('kpi_publications') }}
    where kpi_id = 'ltv_to_cac'
),

compared as (
    select
        publications.kpi_id,
        publications.statistic,
        lifetime_values.grain,
        lifetime_values.period_start,
        lifetime_values.dimension,
        lifetime_values.dimension_value,
        lifetime_values.value as numerator,
        acquisition_costs.numerator / acquisition_costs.denominator as denominator,
        acquisition_costs.denominator as sample_size
    from lifetime_values
    inner join acquisition_costs
        on
            lifetime_values.grain = acquisition_costs.grain
            and lifetime_values.period_start = acquisition_costs.period_start
            and lifetime_values.dimension = acquisition_costs.dimension
            and lifetime_values.dimension_value = acquisition_costs.dimension_value
    inner join publications
        on
            lifetime_values.dimension = publications.dimension
            and lifetime_values.grain = publications.grain
),

kpi_ltv_to_cac as (
    select
        kpi_id,
        statistic,
        grain,
        period_start,
        dimension,
        dimension_value,
        numerator / denominator as value,
        numerator,
        denominator,
        sample_size
    from compared
)

select * from kpi_ltv_to_cac
