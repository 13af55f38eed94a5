-- A failure means an alarm that nobody should trust: a signal of a period that is not
-- over, of a cohort that is too young, of a sample that is too small, of what has no
-- name, of fewer than three reliable periods before, or of a value that is not
-- published or did not get worse.
with signals as (select * from {{ ref('kpi_signals') }}),

published_values as (select * from {{ ref('kpi_values') }}),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

periods as (select * from {{ ref('kpi_periods') }}),

baselines as (
    select
        signals.kpi_id,
        signals.statistic,
        signals.grain,
        signals.period_start,
        signals.dimension,
        signals.dimension_value,
        count(*) as reliable_periods
    from signals
    inner join periods
        on
            signals.grain = periods.grain
            and signals.period_start = periods.period_start
    inner join periods as earlier
        on
            periods.grain = earlier.grain
            and periods.period_number > earlier.period_number
            and periods.period_number - 6 <= earlier.period_number
    inner join published_values
        on
            signals.kpi_id = published_values.kpi_id
            and signals.statistic = published_values.statistic
            and earlier.grain = published_values.grain
            and earlier.period_start = published_values.period_start
            and signals.dimension = published_values.dimension
            and signals.dimension_value = published_values.dimension_value
    where published_values.is_reliable
    group by all
)

select
    signals.kpi_id,
    signals.statistic,
    signals.grain,
    signals.period_start,
    signals.dimension,
    signals.dimension_value,
    signals.value,
    signals.expected_value,
    catalog.better,
    published_values.value as published_value,
    published_values.is_partial,
    published_values.is_mature,
    published_values.is_reliable
from signals
left join published_values
    on
        signals.kpi_id = published_values.kpi_id
        and signals.statistic = published_values.statistic
        and signals.grain = published_values.grain
        and signals.period_start = published_values.period_start
        and signals.dimension = published_values.dimension
        and signals.dimension_value = published_values.dimension_value
left join baselines
    on
        signals.kpi_id = baselines.kpi_id
        and signals.statistic = baselines.statistic
        and signals.grain = baselines.grain
        and signals.period_start = baselines.period_start
        and signals.dimension = baselines.dimension
        and signals.dimension_value = baselines.dimension_value
left join catalog
    on signals.kpi_id = catalog.kpi_id
where
    published_values.kpi_id is null
    or not {{ is_named('signals.dimension_value') }}
    or coalesce(baselines.reliable_periods, 0) < 3
    or signals.value != published_values.value
    or published_values.is_partial
    or not coalesce(published_values.is_mature, true)
    or not published_values.is_reliable
    or case catalog.better
        when 'up' then signals.value >= signals.expected_value
        when 'down' then signals.value <= signals.expected_value
        else true
    end
