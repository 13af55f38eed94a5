-- grain: one row per KPI, statistic, grain, period, dimension and dimension value that
-- got significantly worse
-- Benjamini–Hochberg: of the signals of a period at most one in twenty is chance; the
-- whole is judged apart from its segments, among which it would drown. Facts are
-- counted, not their names. A month that its quarter tells of too is told by the
-- quarter.
with tests as (select * from {{ ref('kpi_signal_tests') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

ranked as (
    select
        *,
        rank() over (
            partition by grain, period_start, dimension = 'all'
            order by standard_errors desc
        ) / cast(
            count(*) over (partition by grain, period_start, dimension = 'all')
            as double
        ) as share_above
    from tests
),

significant as (
    select
        ranked.*,
        case when ranked.grain = 'month' then calendar.quarter end as quarter_start
    from ranked
    left join calendar
        on ranked.period_start = calendar.day
    where ranked.standard_errors > 0
    qualify
        ranked.standard_errors >= min(ranked.standard_errors) filter (
            where ranked.chance <= 0.05 * ranked.share_above
        ) over (
            partition by
                ranked.grain, ranked.period_start, ranked.dimension = 'all'
        )
),

kpi_signals as (
    select
        significant.kpi_id,
        significant.statistic,
        significant.grain,
        significant.period_start,
        significant.dimension,
        significant.dimension_value,
        significant.dimension_label,
        significant.name_en,
        significant.name_fr,
        significant.value,
        significant.expected_value,
        significant.value - significant.expected_value as change,
        cast(significant.sample_size as double) as sample_size,
        significant.standard_errors,
        1 - significant.chance as confidence,
        significant.is_current,
        significant.lever,
        significant.advice_en,
        significant.advice_fr
    from significant
    anti join significant as quarters
        on
            quarters.grain = 'quarter'
            and significant.kpi_id = quarters.kpi_id
            and significant.statistic = quarters.statistic
            and significant.quarter_start = quarters.period_start
            and significant.dimension = quarters.dimension
            and significant.dimension_value = quarters.dimension_value
)

select * from kpi_signals
