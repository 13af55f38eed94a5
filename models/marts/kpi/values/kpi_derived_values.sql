-- grain: one row per KPI, statistic, grain, period and dimension value (its code).
-- The KPIs that are no ratio of events: a model each.
with kpi_derived_values as (
    {% for model in [
        'kpi_sales_velocity', 'kpi_email_call_correlation', 'kpi_lifetime_values',
        'kpi_ltv_to_cac', 'kpi_cac_payback_months',
    ] %}
        select
            publication_key,
            kpi_id,
            statistic,
            grain,
            period_start,
            value_code,
            value,
            numerator,
            denominator,
            sample_size
        from {{ ref(model) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_derived_values
