-- grain: one row per KPI of signal_rules, statistic, grain, period, dimension and value
-- that got worse than its own six periods before.
-- What changed for the worse, where, how surely, and what can be done about it? Never a
-- partial, immature or unreliable value. Proportions by the one-sided test of two
-- proportions, others by the spread of the periods before; of the signals of a period
-- at most one in twenty is chance (Benjamini–Hochberg, the whole apart from its
-- segments).
with published_values as (
    select * from {{ ref('kpi_values') }}
    where
        grain in ('month', 'quarter')
        and statistic in ('value', 'in_window', 'mean')
        and not is_partial
        and coalesce(is_mature, true)
),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

rules as (select * from {{ ref('stg_reference__signal_rules') }}),

periods as (select * from {{ ref('kpi_periods') }}),

compared as (
    select
        published_values.*,
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
        count(*) over earlier as earlier_periods,
        sum(published_values.numerator) over earlier as earlier_numerator,
        sum(published_values.denominator) over earlier as earlier_denominator,
        count(published_values.value) filter (where published_values.is_reliable)
            over earlier as earlier_values,
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
    where catalog.better in ('up', 'down')
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
),

-- standard errors by which the value is worse than before
measured as (
    select
        *,
        case
            when is_proportion then earlier_numerator / nullif(earlier_denominator, 0)
            else earlier_mean
        end as expected_value,
        (numerator + earlier_numerator)
        / nullif(denominator + earlier_denominator, 0) as pooled_rate,
        (value - earlier_mean)
        / (nullif(earlier_spread, 0) * sqrt(1 + 1 / nullif(earlier_values, 0)))
            as student_t
    from compared
    where is_reliable
),

-- Wallace: Student's t, of few periods, as the normal deviate of the same chance
tested as (
    select
        *,
        case better when 'up' then -1 else 1 end * case
            when
                is_proportion
                and earlier_periods >= 3
                and least(pooled_rate, 1 - pooled_rate)
                * least(denominator, earlier_denominator) >= 5
                then
                    (value - expected_value) / sqrt(
                        pooled_rate * (1 - pooled_rate)
                        * (1 / denominator + 1 / earlier_denominator)
                    )
            when not is_proportion and earlier_values >= 5
                then
                    sign(student_t)
                    * (8 * (earlier_values - 1) + 1)
                    / (8 * (earlier_values - 1) + 3)
                    * sqrt(
                        (earlier_values - 1)
                        * ln(1 + power(student_t, 2) / (earlier_values - 1))
                    )
        end as standard_errors
    from measured
),

-- Benjamini–Hochberg: of the signals of a period at most one in twenty is chance; the
-- whole is judged apart from its segments, among which it would drown
ranked as (
    select
        *,
        {{ normal_tail('standard_errors') }} as chance,
        rank() over (
            partition by grain, period_start, dimension = 'all'
            order by standard_errors desc
        ) / cast(
            count(*) over (partition by grain, period_start, dimension = 'all')
            as double
        ) as share_above
    from tested
    where standard_errors is not null
),

kpi_signals as (
    select
        kpi_id,
        statistic,
        grain,
        period_start,
        dimension,
        dimension_value,
        dimension_label,
        name_en,
        name_fr,
        value,
        expected_value,
        value - expected_value as change,
        cast(sample_size as double) as sample_size,
        standard_errors,
        1 - chance as confidence,
        is_current,
        lever,
        advice_en,
        advice_fr
    from ranked
    where standard_errors > 0
    qualify
        standard_errors >= min(standard_errors) filter (
            where chance <= 0.05 * share_above
        ) over (partition by grain, period_start, dimension = 'all')
)

select * from kpi_signals
