-- A failure means an event that only a part of the layer knows: one that a KPI counts
-- but nobody declares (its KPI is never published), one that is declared but that no
-- KPI counts, or one that a model makes and nobody declares.
with event_types as (select * from {{ ref('kpi_event_types') }}),

used as (
    select event from {{ ref('stg_reference__kpi_terms') }}
    union
    select unnest(string_split(requires, '|')) as event
    from {{ ref('stg_reference__kpi_catalog') }}
    where requires is not null
),

made as (
    {% for model in [
        'kpi_event_slices',
        'kpi_activity_slices',
        'kpi_contact_slices',
        'kpi_cost_slices',
        'kpi_period_slices',
    ] %}
        select distinct event from {{ ref(model) }}
        {{ 'union' if not loop.last }}
    {% endfor %}
)

select
    event,
    'used by a KPI but not declared' as failure
from used
where event not in (select event_types.event from event_types)
union all
select
    event,
    'declared but used by no KPI' as failure
from event_types
where
    event not in (select used.event from used)
    -- sales velocity, no ratio of sums, takes it from the components itself
    and event != 'open_deals'
union all
select
    event,
    'made by a model but not declared' as failure
from made
where event not in (select event_types.event from event_types)
