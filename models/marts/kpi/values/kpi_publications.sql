-- grain: one row per KPI, statistic, dimension and grain that it is published for.
-- What the catalogue asks for, as far as every event of numerator and denominator
-- carries the dimension, and once everything that the KPI requires has been seen.
with catalog as (select * from {{ ref('kpi_catalog') }}),

terms as (select * from {{ ref('kpi_terms') }}),

event_types as (select * from {{ ref('kpi_event_types') }}),

supply as (select * from {{ ref('kpi_event_supply') }}),

asked as (
    select
        kpi_id,
        unnest(string_split(statistics, '|')) as statistic,
        dimensions,
        grains,
        requires
    from catalog
),

dimensions as (
    select
        kpi_id,
        statistic,
        grains,
        requires,
        unnest(string_split(dimensions, '|')) as dimension
    from asked
),

grains as (
    select
        kpi_id,
        statistic,
        dimension,
        requires,
        unnest(string_split(grains, '|')) as grain
    from dimensions
),

carried as (
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
        ) as is_supplied,
        list(string_split(event_types.dimensions, '|')) as event_dimensions
    from terms
    inner join event_types
        on terms.event = event_types.event
    inner join supply
        on terms.event = supply.event
    where terms.side != 'sample'
    group by all
),

kpi_publications as (
    select
        grains.kpi_id,
        grains.statistic,
        grains.dimension,
        grains.grain
    from grains
    left join carried
        on
            grains.kpi_id = carried.kpi_id
            and grains.statistic = carried.statistic
    left join supply as required
        on grains.requires = required.event
    where
        {{ published_grain('grains.dimension', 'grains.grain') }}
        and coalesce(carried.is_supplied, true)
        and (grains.requires is null or required.is_seen)
        and (
            carried.event_dimensions is null
            or list_bool_and(
                list_transform(
                    carried.event_dimensions,
                    lambda event_dimension: list_contains(
                        event_dimension, grains.dimension -- noqa: RF02
                    )
                )
            )
        )
)

select * from kpi_publications
