-- grain: one row per KPI and statistic that the company can have.
-- Its events are supplied, all that it requires has been seen, and what is counted in
-- time has a day: quotes accepted without one would all seem to be late.
with catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

event_types as (select * from {{ ref('kpi_event_types') }}),

supply as (select * from {{ ref('kpi_event_supply') }}),

-- a KPI of no terms is made of other KPIs, and these of events
statistics as (
    select
        kpi_id,
        unnest(string_split(statistics, '|')) as statistic
    from catalog
),

required as (
    select
        kpi_id,
        unnest(string_split(requires, '|')) as event
    from catalog
    where requires is not null
),

judged as (
    select
        terms.kpi_id,
        terms.statistic,
        -- of what a denominator adds up (orders and contracts) one may be missing
        coalesce(
            bool_and(supply.is_supplied) filter (where terms.side != 'denominator'),
            true
        )
        and coalesce(
            bool_or(supply.is_supplied) filter (where terms.side = 'denominator'), true
        )
        and coalesce(
            bool_and(supply.is_timed or not supply.is_seen) filter (
                where terms.measure like 'w%'
            ), true
        ) as is_supplied,
        list(
            string_split(event_types.dimensions, '|') order by event_types.dimensions
        ) as event_dimensions
    from terms
    inner join event_types
        on terms.event = event_types.event
    inner join supply
        on terms.event = supply.event
    where terms.side != 'sample'
    group by all
),

kpi_supplied_statistics as (
    select
        statistics.kpi_id,
        statistics.statistic,
        judged.event_dimensions
    from statistics
    left join judged
        on
            statistics.kpi_id = judged.kpi_id
            and statistics.statistic = judged.statistic
    where
        coalesce(judged.is_supplied, true)
        and statistics.kpi_id not in (
            select required.kpi_id from required
            where required.event not in (
                select supply.event from supply
                where supply.is_seen
            )
        )
)

select * from kpi_supplied_statistics
