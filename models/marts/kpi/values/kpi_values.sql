-- grain: one row per KPI, statistic, grain, period, dimension and dimension value.
-- The one table of KPI values. Comparisons only stand between complete periods and, for
-- cohorts, mature ones; `to_date` is never compared.
with judged_values as (select * from {{ ref('kpi_judged_values') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

aims as (select * from {{ ref('kpi_aims') }}),

trends as (
    select
        *,
        case
            when is_comparable and lag(period_number) over by_period = period_number - 1
                then lag(value) over by_period
        end as previous_value,
        case
            when is_comparable and count(value) over last_six = 6
                then regr_slope(value, period_number) over last_six
        end as trend
    from judged_values
    window
        by_period as (
            partition by
                kpi_id, statistic, grain, dimension, dimension_value, is_comparable
            order by period_number
        ),
        last_six as (
            partition by
                kpi_id, statistic, grain, dimension, dimension_value, is_comparable
            order by period_number
            range between 5 preceding and current row
        )
),

kpi_values as (
    select
        trends.kpi_id,
        trends.statistic,
        trends.grain,
        trends.period_start,
        trends.dimension,
        trends.dimension_value,
        coalesce(labels.dimension_label, trends.dimension_value) as dimension_label,
        trends.value,
        trends.numerator,
        trends.denominator,
        trends.sample_size,
        trends.ci_low,
        trends.ci_high,
        trends.is_partial,
        trends.is_mature,
        trends.is_reliable,
        trends.previous_value,
        case when trends.is_comparable then year_ago.value end as year_ago_value,
        trends.trend,
        aims.target,
        trends.value / nullif(aims.target, 0) as attainment
    from trends
    left join labels
        on
            trends.dimension = labels.dimension
            and trends.dimension_value = labels.dimension_value
    left join aims
        on
            trends.kpi_id = aims.kpi_id
            and trends.statistic = aims.statistic
            and trends.grain = aims.grain
            and trends.period_start = aims.period_start
            and trends.dimension = aims.dimension
            and trends.dimension_value = aims.dimension_value
    left join judged_values as year_ago
        on
            trends.kpi_id = year_ago.kpi_id
            and trends.statistic = year_ago.statistic
            and trends.grain = year_ago.grain
            and trends.year_ago_start = year_ago.period_start
            and trends.dimension = year_ago.dimension
            and trends.dimension_value = year_ago.dimension_value
            and year_ago.is_comparable
)

select * from kpi_values
