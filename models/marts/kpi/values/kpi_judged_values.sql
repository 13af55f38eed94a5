-- grain: one row per KPI, statistic, grain, period and dimension value (its code).
-- The value with what may be said of it: whether its period and its cohort are old
-- enough, and whether it rests on enough cases. What could not be otherwise tells
-- nothing, on however many.
with measures as (select * from {{ ref('kpi_measures') }}),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

constructed as (select * from {{ ref('kpi_values_by_construction') }}),

judged as (
    select
        measures.*,
        periods.year_ago_start,
        periods.period_number,
        periods.is_partial,
        case
            when catalog.shape = 'cohort'
                then
                    periods.period_end + cast(catalog.window_days as integer)
                    <= clock.as_of
        end as is_mature,
        constructed.kpi_id is null
        and measures.sample_size >= catalog.min_sample as is_reliable
    from measures
    inner join catalog
        on measures.kpi_id = catalog.kpi_id
    inner join periods
        on
            measures.grain = periods.grain
            and measures.period_start = periods.period_start
    cross join clock
    left join constructed
        on
            measures.kpi_id = constructed.kpi_id
            and measures.grain = constructed.grain
            and measures.period_start = constructed.period_start
),

kpi_judged_values as (
    select
        publication_key,
        kpi_id,
        statistic,
        grain,
        period_start,
        period_number,
        year_ago_start,
        value_code,
        value,
        numerator,
        denominator,
        sample_size,
        ci_low,
        ci_high,
        is_partial,
        is_mature,
        is_reliable,
        not is_partial
        and coalesce(is_mature, true)
        and statistic != 'to_date' as is_comparable
    from judged
)

select * from kpi_judged_values
