-- A failure means that one fact is told twice: by everything and by a value that is all
-- of it, by two names of one segment, or by a month and its quarter.
with signals as (select * from {{ ref('kpi_signals') }}),

wholes as (
    select * from {{ ref('kpi_values') }}
    where dimension = 'all'
),

calendar as (select * from {{ ref('kpi_calendar') }}),

repeated as (
    select
        *,
        count(*) over (
            partition by
                kpi_id,
                statistic,
                grain,
                period_start,
                sample_size,
                cast(value as real),
                cast(expected_value as real),
                cast(standard_errors as real)
        ) as times_told
    from signals
)

select
    repeated.kpi_id,
    repeated.grain,
    repeated.period_start,
    repeated.dimension,
    repeated.dimension_value
from repeated
left join wholes
    on
        repeated.dimension != 'all'
        and repeated.kpi_id = wholes.kpi_id
        and repeated.statistic = wholes.statistic
        and repeated.grain = wholes.grain
        and repeated.period_start = wholes.period_start
        and repeated.sample_size = wholes.sample_size
        and cast(repeated.value as real) = cast(wholes.value as real)
        and wholes.is_reliable
left join calendar
    on repeated.period_start = calendar.day
left join signals as quarters
    on
        repeated.grain = 'month'
        and quarters.grain = 'quarter'
        and repeated.kpi_id = quarters.kpi_id
        and repeated.statistic = quarters.statistic
        and calendar.quarter = quarters.period_start
        and repeated.dimension = quarters.dimension
        and repeated.dimension_value = quarters.dimension_value
where
    repeated.times_told > 1
    or wholes.kpi_id is not null
    or quarters.kpi_id is not null
