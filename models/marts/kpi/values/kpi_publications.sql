-- grain: one row per KPI, statistic, dimension and grain that it is published for.
-- What the catalogue asks for, as far as every event of numerator and denominator
-- carries the dimension.
with catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

statistics as (select * from {{ ref('kpi_supplied_statistics') }}),

dimension_values as (
    select * from {{ ref('kpi_dimension_values') }}
    where
        dimension = 'all'
        or dimension_value = '(unknown)'
),

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
        cast(row_number() over (
            order by asked.kpi_id, statistics.statistic, asked.dimension, asked.grain
        ) as integer) as publication_key,
        asked.kpi_id,
        statistics.statistic,
        asked.dimension,
        dimension_values.value_code as first_code,
        asked.grain
    from asked
    inner join statistics
        on asked.kpi_id = statistics.kpi_id
    inner join dimension_values
        on asked.dimension = dimension_values.dimension
    where
        {{ published_code('dimension_values.value_code', 'asked.grain') }}
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
