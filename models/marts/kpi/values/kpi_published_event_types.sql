-- grain: one row per event that a KPI may count.
-- What is counted, in words, the exports that it comes from, and whether there are any.
with event_types as (select * from {{ ref('kpi_event_types') }}),

supply as (select * from {{ ref('kpi_event_supply') }}),

measured as (select distinct event from {{ ref('kpi_components') }}),

kpi_published_event_types as (
    select
        event_types.event,
        event_types.name_en,
        event_types.name_fr,
        event_types.supplied_by,
        event_types.attribution,
        event_types.dimensions,
        supply.is_seen or measured.event is not null as is_seen,
        supply.is_supplied
    from event_types
    inner join supply
        on event_types.event = supply.event
    left join measured
        on event_types.event = measured.event
)

select * from kpi_published_event_types
