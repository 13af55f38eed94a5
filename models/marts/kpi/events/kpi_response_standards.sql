-- grain: one row per channel and sector (their codes) for which benchmarks name a
-- response rate: of the rows that fit both, the most specific one
with benchmarks as (
    select * from {{ ref('stg_reference__benchmarks') }}
    where kpi_id = 'response_rate'
),

channels as (
    select * from {{ ref('kpi_dimension_values') }}
    where dimension = 'channel'
),

sectors as (
    select * from {{ ref('kpi_dimension_values') }}
    where dimension = 'sector'
),

kpi_response_standards as (
    select
        channels.value_code as channel,
        sectors.value_code as sector,
        benchmarks.standard
    from channels
    cross join sectors
    inner join benchmarks
        on
            coalesce(channels.dimension_value = benchmarks.channel, true)
            and coalesce(sectors.dimension_value = benchmarks.sector, true)
    qualify
        row_number() over (
            partition by channels.value_code, sectors.value_code
            order by
                benchmarks.channel is null,
                benchmarks.sector is null,
                benchmarks.standard
        ) = 1
)

select * from kpi_response_standards
