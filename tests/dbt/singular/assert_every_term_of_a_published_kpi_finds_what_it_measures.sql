-- A failure means a KPI of which a side is empty though its event is there, because no
-- model measures the event so: its values would be 0, or lack a term. Nobody may be
-- known behind events that are counted once a period (`distinct`), and no amount of
-- those that are summed up (`s`): neither is a failure; nor is an event on days before
-- the calendar alone, which counts nowhere.
with terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

publications as (select * from {{ ref('kpi_publications') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

seen as (
    select slices.event
    from (
        select
            event,
            day
        from {{ ref('kpi_event_slices') }}
        union
        select
            event,
            day
        from {{ ref('kpi_activity_slices') }}
    ) as slices
    semi join calendar
        on slices.day = calendar.day
),

measured as (
    select distinct
        event,
        -- what stands at the start of a period is what stood at the end of one
        case measure when 'level' then 'start' else measure end as measure
    from {{ ref('kpi_components') }}
    union
    select distinct
        event,
        's' as measure
    from {{ ref('kpi_plans') }}
),

amounts as (
    select event from {{ ref('kpi_event_slices') }}
    where s is not null
    union
    select event from {{ ref('kpi_activity_slices') }}
    where s is not null
),

events_measured as (select distinct event from measured)

select distinct
    terms.kpi_id,
    terms.statistic,
    terms.event,
    terms.measure
from terms
semi join publications
    on
        terms.kpi_id = publications.kpi_id
        and terms.statistic = publications.statistic
anti join measured
    on
        terms.event = measured.event
        and case terms.measure when 'level' then 'start' else terms.measure end
        = measured.measure
where
    (
        terms.event in (select seen.event from seen)
        or terms.event in (select events_measured.event from events_measured)
    )
    and terms.measure != 'distinct'
    and (
        terms.measure != 's'
        or terms.event in (select amounts.event from amounts)
    )
