-- grain: one row per KPI, statistic, grain, period, dimension and dimension value.
-- The terms summed per side. One whose event happened with no amount that is known
-- makes them unknown, never 0.
with terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

components as (
    select * from {{ ref('kpi_components') }}
    union all
    select
        event,
        's' as measure,
        grain,
        period_start,
        dimension,
        dimension_value,
        amount
    from {{ ref('kpi_plans') }}
),

publications as (select * from {{ ref('kpi_publications') }}),

kpi_term_sums as (
    select
        terms.kpi_id,
        terms.statistic,
        components.grain,
        components.period_start,
        components.dimension,
        components.dimension_value,
        {% for side in ['numerator', 'denominator', 'sample', 'squares'] %}
            sum(terms.weight * components.amount) filter (
                where terms.side = '{{ side }}'
            ) as {{ side }},
        {% endfor %}
        bool_or(components.amount is null) as is_unknown
    from terms
    inner join components
        on
            terms.event = components.event
            and terms.measure = components.measure
    inner join publications
        on
            terms.kpi_id = publications.kpi_id
            and terms.statistic = publications.statistic
            and components.dimension = publications.dimension
            and components.grain = publications.grain
    group by all
)

select * from kpi_term_sums
