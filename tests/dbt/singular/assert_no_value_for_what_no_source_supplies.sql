-- A failure means that a KPI is published though an entity that one of its events
-- comes from was never supplied: a row of 0 that says "none" where nobody knows. Of
-- what a denominator adds up (orders and contracts) one must be supplied.
with published_kpis as (select distinct kpi_id from {{ ref('kpi_values') }}),

terms as (
    select distinct
        kpi_id,
        side = 'denominator' as is_below,
        event
    from {{ ref('kpi_published_terms') }}
    where side != 'sample'
),

event_types as (
    select
        event,
        unnest(string_split(supplied_by, '|')) as entity
    from {{ ref('kpi_event_types') }}
),

supplied_entities as (
    {% for entity in generic_entities() %}
        select '{{ entity.name }}' as entity
        where
            exists (
                select 1 from {{ ref('stg_generic__' ~ entity.name) }}
                where reject_rule is null
            )
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

events as (
    select
        terms.kpi_id,
        terms.is_below,
        terms.event,
        count(supplied_entities.entity) > 0 as is_supplied
    from terms
    inner join published_kpis
        on terms.kpi_id = published_kpis.kpi_id
    inner join event_types
        on terms.event = event_types.event
    left join supplied_entities
        on event_types.entity = supplied_entities.entity
    group by all
)

select
    kpi_id,
    is_below
from events
group by all
having not case when is_below then bool_or(is_supplied) else bool_and(is_supplied) end
