-- grain: one row per KPI, statistic, dimension and grain that it is published for.
-- What the catalogue asks for, as far as every event of numerator and denominator
-- carries the dimension.
with catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

statistics as (select * from {{ ref('kpi_supplied_statistics') }}),

dimensions as (
    select
        kpi_id,
        grains,
        unnest(string_split(dimensions, '|')) as dimension
    from catalog
),

asked as (
    select
        kpi_id,
        dimension,
        unnest(string_split(grains, '|')) as grain
    from dimensions
),

kpi_publications as (
    select
        asked.kpi_id,
        statistics.statistic,
        asked.dimension,
        asked.grain
    from asked
    inner join statistics
        on asked.kpi_id = statistics.kpi_id
    where
        {{ published_grain('asked.dimension', 'asked.grain') }}
        and (
            statistics.event_dimensions is null
            or list_bool_and(
                list_transform(
                    statistics.event_dimensions,
                    lambda event_dimension: list_contains(
                        -- the lambda's own parameter, no column of a table
                        event_dimension, asked.dimension -- noqa: RF02
                    )
                )
            )
        )
)

select * from kpi_publications
