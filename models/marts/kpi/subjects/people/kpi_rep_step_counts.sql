-- grain: one row per month, span, step, rep and month of entry.
-- How many prospects a rep, and all others, brought before a step in a month, and how
-- many of them passed it in its days: of the newest quarter (91 days) and year (365)
-- whose days were over at the end of the month, or at as_of. Nothing that was known
-- only later.
with steps as (
    select * from {{ ref('kpi_rep_steps') }}
    where rep_key is not null
),

reps as (select * from {{ ref('dim_reps') }}),

clock as (select * from {{ ref('dim_clock') }}),

periods as (
    select * from {{ ref('kpi_periods') }}
    where grain = 'month'
),

days as (
    select
        reps.rep_id as rep,
        steps.step,
        steps.step_order,
        steps.window_days,
        steps.entered_on,
        count(*) as entered,
        count(*) filter (where steps.days_to_pass <= steps.window_days) as passed
    from steps
    inner join reps
        on steps.rep_key = reps.rep_key
    group by all
),

spans as (
    select
        periods.period_start as month,
        least(periods.period_end, clock.as_of) as seen_on,
        spans.span,
        spans.span_days
    from periods
    cross join clock
    cross join (
        values ('quarter', 91), ('year', 365)
    ) as spans (span, span_days)
    where periods.period_end > clock.as_of - 396
),

counts as (
    select
        spans.month,
        spans.span,
        days.step,
        days.step_order,
        days.rep,
        days.window_days,
        spans.seen_on - days.window_days - spans.span_days + 1 as from_day,
        spans.seen_on - days.window_days as to_day,
        cast(date_trunc('month', days.entered_on) as date) as entered_month,
        cast(sum(days.entered) as bigint) as entered,
        cast(sum(days.passed) as bigint) as passed
    from spans
    inner join days
        on
            days.entered_on <= spans.seen_on - days.window_days
            and days.entered_on > spans.seen_on - days.window_days - spans.span_days
    group by all
),

kpi_rep_step_counts as (
    select
        month,
        span,
        step,
        step_order,
        rep,
        window_days,
        from_day,
        to_day,
        entered_month,
        entered,
        passed,
        cast(sum(entered) over same_month - entered as bigint) as others_entered,
        cast(sum(passed) over same_month - passed as bigint) as others_passed
    from counts
    window same_month as (partition by month, span, step, entered_month)
)

select * from kpi_rep_step_counts
