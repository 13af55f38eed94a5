-- grain: one row per event that a KPI may count.
-- Whether it was ever seen (and with the days from its anchor), whether a source
-- supplies the entity it comes from, and the first and last day of that entity's
-- events.
with event_types as (select * from {{ ref('kpi_event_types') }}),

slices as (
    select
        event,
        min(day) as first_on,
        max(day) as last_on
    from {{ ref('kpi_event_slices') }}
    where value_code = 0
    group by all
    union all
    select
        event,
        min(day) as first_on,
        max(day) as last_on
    from {{ ref('kpi_activity_slices') }}
    where value_code = 0
    group by all
    union all
    select
        event,
        min(period_start) as first_on,
        max(period_start) as last_on
    from {{ ref('kpi_plans') }}
    group by all
),

timed as (
    select distinct event from {{ ref('kpi_events') }}
    where lag_days is not null
),

event_entities as (
    select
        event,
        attribution,
        supplied_by,
        unnest(string_split(supplied_by, '|')) as entity
    from event_types
),

-- an event that several entities may supply says nothing about which of them did, and a
-- cohort's target or a first contact lies on the day of something else
entities as (
    select
        event_entities.entity,
        min(slices.first_on) as first_on,
        max(slices.last_on) as last_on
    from event_entities
    inner join slices
        on event_entities.event = slices.event
    where
        event_entities.event not like '%>%'
        and (
            event_entities.entity != 'activities'
            or event_entities.attribution = 'activity'
        )
        and event_entities.event in (
            select own.event from event_entities as own
            group by own.event
            having count(*) = 1
        )
    group by all
),

-- an event that was never seen is supplied when another one of the same making was
seen_makings as (
    select
        event_types.supplied_by,
        min(slices.first_on) as first_on,
        max(slices.last_on) as last_on
    from event_types
    inner join slices
        on event_types.event = slices.event
    group by all
),

kpi_event_supply as (
    select
        event_entities.event,
        count(slices.event) > 0 as is_seen,
        event_entities.event in (select timed.event from timed) as is_timed,
        count(entities.entity) > 0 or count(seen_makings.supplied_by) > 0
            as is_supplied,
        coalesce(min(entities.first_on), min(seen_makings.first_on)) as supplied_from,
        coalesce(max(entities.last_on), max(seen_makings.last_on)) as supplied_to
    from event_entities
    left join entities
        on event_entities.entity = entities.entity
    left join seen_makings
        on event_entities.supplied_by = seen_makings.supplied_by
    left join slices
        on event_entities.event = slices.event
    group by all
)

select * from kpi_event_supply
