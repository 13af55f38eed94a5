-- grain: one row per KPI, statistic, grain, period, dimension and dimension value.
-- The one table of KPI values. Comparisons only stand between complete periods and, for
-- cohorts, mature ones; `to_date` is never compared.
with judged_values as (select * from {{ ref('kpi_judged_values') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

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
            partition by publication_key, value_code, is_comparable
            order by period_number
        ),
        last_six as (
            partition by publication_key, value_code, is_comparable
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
        dimension_values.dimension,
        dimension_values.dimension_value,
        dimension_values.dimension_label,
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
    inner join dimension_values
        on trends.value_code = dimension_values.value_code
    left join aims
        on
            trends.kpi_id = aims.kpi_id
            and trends.statistic = aims.statistic
            and trends.grain = aims.grain
            and trends.period_start = aims.period_start
            and trends.value_code = aims.value_code
    left join judged_values as year_ago
        on
            trends.publication_key = year_ago.publication_key
            and trends.value_code = year_ago.value_code
            and trends.year_ago_start = year_ago.period_start
            and year_ago.is_comparable
)

select * from kpi_values
