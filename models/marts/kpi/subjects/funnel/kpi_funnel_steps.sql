-- grain: one row per grain, period of detection, dimension, dimension value and stage.
-- A stage and the step to it, with what says whether it may be judged and by what: its
-- benchmark is that of its own channel or sector, else the general one; a step over a
-- stage that nobody supplies has none.
with passages as (select * from {{ ref('kpi_funnel_passages') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

benchmarks as (select * from {{ ref('stg_reference__benchmarks') }}),

kpi_funnel_steps as (
    select
        passages.grain,
        passages.period_start,
        periods.period_number,
        passages.dimension,
        passages.dimension_value,
        passages.stage,
        passages.stage_order,
        passages.is_supplied,
        passages.reached_first,
        passages.reached_before,
        passages.reached_supplied_before,
        passages.reached,
        passages.reached_won,
        passages.entered_in_window,
        passages.passed_in_window,
        periods.period_end + passages.window_days <= clock.as_of as is_mature,
        periods.period_end + 180 <= clock.as_of as is_won_mature,
        cast(coalesce(own.standard, general.standard) as double) as benchmark_rate
    from passages
    inner join periods
        on
            passages.grain = periods.grain
            and passages.period_start = periods.period_start
    cross join clock
    left join benchmarks as own
        on
            passages.benchmark_id = own.kpi_id
            and passages.dimension_value = coalesce(own.channel, own.sector)
            and passages.dimension
            = case when own.sector is null then 'channel' else 'sector' end
            and (own.channel is null or own.sector is null)
    left join benchmarks as general
        on
            passages.benchmark_id = general.kpi_id
            and general.channel is null
            and general.sector is null
)

select * from kpi_funnel_steps
