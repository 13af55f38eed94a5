-- grain: one row per KPI of signal_rules, statistic, grain, period, dimension and value
-- that got worse than its own six periods before.
-- What changed for the worse, where, how surely, and what can be done about it? One
-- signal per fact, whatever its names, and one for a month and its quarter. Never a
-- partial, immature or unreliable value, nor against one. Of the signals of a period at
-- most one in twenty is chance (Benjamini–Hochberg over its facts, the whole apart from
-- its segments, among which it would drown).
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
