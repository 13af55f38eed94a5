-- grain: one row per publication, period and dimension value (its code).
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
        value_code,
        amount
    from {{ ref('kpi_plans') }}
),

publications as (select * from {{ ref('kpi_publications') }}),

counted as (
    select
        publications.publication_key,
        publications.grain,
        publications.first_code,
        terms.event,
        terms.measure,
        terms.side,
        terms.weight
    from terms
    inner join publications
        on
            terms.kpi_id = publications.kpi_id
            and terms.statistic = publications.statistic
),

kpi_term_sums as (
    select
        counted.publication_key,
        components.period_start,
        components.value_code,
        {% for side in ['numerator', 'denominator', 'sample', 'squares'] %}
            sum(counted.weight * components.amount) filter (
                where counted.side = '{{ side }}'
            ) as {{ side }},
        {% endfor %}
        bool_or(components.amount is null) as is_unknown
    from components
    inner join counted
        on
            components.event = counted.event
            and components.measure = counted.measure
            and components.grain = counted.grain
            and {{ first_code_of('components.value_code') }} = counted.first_code
    group by all
)

select * from kpi_term_sums
