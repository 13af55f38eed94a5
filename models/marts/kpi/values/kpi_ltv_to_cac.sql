-- grain: one row per statistic, grain, period and dimension value (its code).
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
        publications.publication_key,
        publications.kpi_id,
        publications.statistic,
        lifetime_values.grain,
        lifetime_values.period_start,
        lifetime_values.value_code,
        lifetime_values.value as numerator,
        acquisition_costs.numerator / acquisition_costs.denominator as denominator,
        acquisition_costs.denominator as sample_size
    from lifetime_values
    inner join acquisition_costs
        on
            lifetime_values.grain = acquisition_costs.grain
            and lifetime_values.period_start = acquisition_costs.period_start
            and lifetime_values.value_code = acquisition_costs.value_code
    inner join publications
        on
            {{ first_code_of('lifetime_values.value_code') }} = publications.first_code
            and lifetime_values.grain = publications.grain
),

kpi_ltv_to_cac as (
    select
        publication_key,
        kpi_id,
        statistic,
        grain,
        period_start,
        value_code,
        numerator / denominator as value,
        numerator,
        denominator,
        sample_size
    from compared
)

select * from kpi_ltv_to_cac
