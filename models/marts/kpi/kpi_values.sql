-- grain: one row per KPI, statistic, grain, period, dimension and dimension value
-- The one table of KPI values. Comparisons only stand between complete periods and, for
-- cohorts, mature ones; `to_date` is never compared.
with measures as (select * from {{ ref('kpi_measures') }}),

catalog as (select * from {{ ref('kpi_catalog') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

-- a target is for the first statistic of its KPI
targets as (
    select
        targets.*,
        string_split(catalog.statistics, '|')[1] as statistic
    from {{ ref('fct_targets') }} as targets
    inner join catalog
        on targets.kpi_id = catalog.kpi_id
    where targets.kind = 'target'
),

judged as (
    select
        measures.*,
        periods.previous_start,
        periods.year_ago_start,
        periods.period_number,
        periods.is_partial,
        case
            when catalog.shape = 'cohort'
                then
                    periods.period_end + cast(catalog.window_days as integer)
                    <= clock.as_of
        end as is_mature,
        measures.sample_size >= catalog.min_sample as is_reliable
    from measures
    inner join catalog
        on measures.kpi_id = catalog.kpi_id
    inner join periods
        on
            measures.grain = periods.grain
            and measures.period_start = periods.period_start
    cross join clock
),

comparable as (
    select
        kpi_id,
        statistic,
        grain,
        period_start,
        dimension,
        dimension_value,
        value,
        period_number
    from judged
    where
        not is_partial
        and coalesce(is_mature, true)
        and statistic != 'to_date'
),

trends as (
    select
        *,
        case
            when count(value) over last_six = 6
                then regr_slope(value, period_number) over last_six
        end as trend
    from comparable
    window last_six as (
        partition by kpi_id, statistic, grain, dimension, dimension_value
        order by period_number
        range between 5 preceding and current row
    )
),

aimed_at as (
    select
        targets.kpi_id,
        targets.statistic,
        targets.grain,
        targets.period_start,
        targets.dimension,
        targets.dimension_value,
        cast(
            coalesce(targets.target, (1 + targets.change) * judged.value) as double
        ) as target
    from targets
    left join judged
        on
            targets.kpi_id = judged.kpi_id
            and targets.statistic = judged.statistic
            and targets.grain = judged.grain
            and targets.baseline_start = judged.period_start
            and targets.dimension = judged.dimension
            and targets.dimension_value = judged.dimension_value
),

kpi_values as (
    select
        judged.kpi_id,
        judged.statistic,
        judged.grain,
        judged.period_start,
        judged.dimension,
        judged.dimension_value,
        coalesce(labels.dimension_label, judged.dimension_value) as dimension_label,
        judged.value,
        judged.numerator,
        judged.denominator,
        judged.sample_size,
        judged.ci_low,
        judged.ci_high,
        judged.is_partial,
        judged.is_mature,
        judged.is_reliable,
        case when trends.kpi_id is not null then previous.value end as previous_value,
        case when trends.kpi_id is not null then year_ago.value end as year_ago_value,
        trends.trend,
        aimed_at.target,
        judged.value / nullif(aimed_at.target, 0) as attainment
    from judged
    left join labels
        on
            judged.dimension = labels.dimension
            and judged.dimension_value = labels.dimension_value
    left join trends
        on
            judged.kpi_id = trends.kpi_id
            and judged.statistic = trends.statistic
            and judged.grain = trends.grain
            and judged.period_start = trends.period_start
            and judged.dimension = trends.dimension
            and judged.dimension_value = trends.dimension_value
    left join aimed_at
        on
            judged.kpi_id = aimed_at.kpi_id
            and judged.statistic = aimed_at.statistic
            and judged.grain = aimed_at.grain
            and judged.period_start = aimed_at.period_start
            and judged.dimension = aimed_at.dimension
            and judged.dimension_value = aimed_at.dimension_value
    {% for relation, start in [
        ('previous', 'previous_start'), ('year_ago', 'year_ago_start'),
    ] %}
        left join comparable as {{ relation }}
            on
                judged.kpi_id = {{ relation }}.kpi_id
                and judged.statistic = {{ relation }}.statistic
                and judged.grain = {{ relation }}.grain
                and judged.{{ start }} = {{ relation }}.period_start
                and judged.dimension = {{ relation }}.dimension
                and judged.dimension_value = {{ relation }}.dimension_value
    {% endfor %}
)

select * from kpi_values
