-- grain: one row per KPI, statistic, grain, period, dimension and dimension value that
-- a rule says what to do about.
-- A value beside its own six periods before, as far as they are reliable. A rate that
-- may exceed 100 % gives no signal: its cohort tells the same.
with published_values as (
    select * from {{ ref('kpi_values') }}
    where
        grain in ('month', 'quarter')
        and statistic in ('value', 'in_window', 'mean')
        and not is_partial
        and coalesce(is_mature, true)
),

catalog as (
    select * from {{ ref('stg_reference__kpi_catalog') }}
    where
        better in ('up', 'down')
        and coalesce(unit != 'rate' or shape != 'flow' or is_proportion, true)
),

rules as (select * from {{ ref('stg_reference__signal_rules') }}),

periods as (select * from {{ ref('kpi_periods') }}),

kpi_signal_baselines as (
    select
        {% for column in [
            'kpi_id', 'statistic', 'grain', 'period_start', 'dimension',
            'dimension_value', 'dimension_label', 'value', 'numerator', 'denominator',
            'sample_size', 'is_reliable',
        ] %}
            published_values.{{ column }},
        {% endfor %}
        catalog.name_en,
        catalog.name_fr,
        catalog.is_proportion,
        catalog.better,
        rules.lever,
        rules.advice_en,
        rules.advice_fr,
        max(periods.period_number) over (
            partition by
                published_values.kpi_id,
                published_values.statistic,
                published_values.grain
        ) = periods.period_number as is_current,
        count(published_values.value) filter (where published_values.is_reliable)
            over earlier as earlier_values,
        sum(published_values.numerator) filter (where published_values.is_reliable)
            over earlier as earlier_numerator,
        sum(published_values.denominator) filter (where published_values.is_reliable)
            over earlier as earlier_denominator,
        avg(published_values.value) filter (where published_values.is_reliable)
            over earlier as earlier_mean,
        stddev_samp(published_values.value) filter (where published_values.is_reliable)
            over earlier as earlier_spread
    from published_values
    inner join rules
        on published_values.kpi_id = rules.kpi_id
    inner join catalog
        on published_values.kpi_id = catalog.kpi_id
    inner join periods
        on
            published_values.grain = periods.grain
            and published_values.period_start = periods.period_start
    window earlier as (
        partition by
            published_values.kpi_id,
            published_values.statistic,
            published_values.grain,
            published_values.dimension,
            published_values.dimension_value
        order by periods.period_number
        range between 6 preceding and 1 preceding
    )
)

select * from kpi_signal_baselines
