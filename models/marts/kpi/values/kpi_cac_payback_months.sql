-- grain: one row per statistic, grain, period and dimension value (its code).
-- The months in which the gross margin of an active customer pays back what it costs to
-- win one; none where the margin is not positive.
{% set segment = ['grain', 'period_start', 'value_code'] %}
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
        publications.publication_key,
        publications.kpi_id,
        publications.statistic,
        compared.grain,
        compared.period_start,
        compared.value_code,
        compared.acquisition_cost / compared.monthly_margin as value,
        compared.acquisition_cost as numerator,
        compared.monthly_margin as denominator,
        compared.customers_won as sample_size
    from compared
    inner join publications
        on
            {{ first_code_of('compared.value_code') }} = publications.first_code
            and compared.grain = publications.grain
    where compared.monthly_margin > 0
)

select * from kpi_cac_payback_months
