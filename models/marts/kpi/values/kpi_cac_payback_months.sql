-- grain: one row per statistic, grain, period, dimension and dimension value.
-- The months in which the gross margin of an active customer pays back what it costs to
-- win one; none where the margin is not positive.
{% set segment = ['grain', 'period_start', 'dimension', 'dimension_value'] %}
with ratios as (select * from {{ ref('kpi_ratios') }}),

periods as (select * from {{ ref('kpi_periods') }}),

publications as (
    select * from {{ ref('kpi_publications') }}
    where kpi_id = 'cac_payback_months'
),

compared as (
    select
        {% for column in segment %}
            acquisitions.{{ column }},
        {% endfor %}
        acquisitions.numerator / acquisitions.denominator as acquisition_cost,
        acquisitions.denominator as customers_won,
        margins.numerator
        / (datediff('month', periods.period_start, periods.period_end) + 1)
        / actives.numerator as monthly_margin
    from ratios as acquisitions
    {% for kpi, relation in [
        ('gross_margin', 'margins'), ('active_customers', 'actives'),
    ] %}
        inner join ratios as {{ relation }}
            on
                {{ relation }}.kpi_id = '{{ kpi }}'
                {% for column in segment %}
                    and acquisitions.{{ column }} = {{ relation }}.{{ column }}
                {% endfor %}
    {% endfor %}
    inner join periods
        on
            acquisitions.grain = periods.grain
            and acquisitions.period_start = periods.period_start
    where
        acquisitions.kpi_id = 'cac'
        and acquisitions.numerator > 0
        and acquisitions.denominator > 0
        and actives.numerator > 0
),

kpi_cac_payback_months as (
    select
        publications.kpi_id,
        publications.statistic,
        compared.grain,
        compared.period_start,
        compared.dimension,
        compared.dimension_value,
        compared.acquisition_cost / compared.monthly_margin as value,
        compared.acquisition_cost as numerator,
        compared.monthly_margin as denominator,
        compared.customers_won as sample_size
    from compared
    inner join publications
        on
            compared.dimension = publications.dimension
            and compared.grain = publications.grain
    where compared.monthly_margin > 0
)

select * from kpi_cac_payback_months
