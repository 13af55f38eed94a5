-- grain: one row per grain, period, dimension and dimension value with a KPI value.
-- A column per KPI, of the company's own too, for tools that pivot: its first statistic
-- (`value`, `in_window` of a cohort, `mean` of a duration), null where `kpi_values` has
-- none. Filter one grain and one dimension; rates and distinct people never add up over
-- rows.
with first_values as (
    select * from {{ ref('bi_kpi_values_labelled') }}
    where is_first_statistic
),

bi_kpis_wide as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        {% for kpi_id in catalogued_kpis() %}
            max(case when kpi_id = '{{ kpi_id }}' then value end) as {{ kpi_id }},
        {% endfor %}
        min(dimension_label) as dimension_label,
        bool_or(is_partial) as is_partial,
        coalesce(bool_and(is_mature), true) as are_cohorts_mature
    from first_values
    group by all
)

select * from bi_kpis_wide
