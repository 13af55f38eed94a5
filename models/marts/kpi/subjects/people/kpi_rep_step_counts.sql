-- grain: one row per month, span, step and rep.
-- How many prospects a rep brought before a step, and how many of them passed it in its
-- days: of the newest quarter (91 days) and year (365) whose days were over at the end
-- of the month, or at as_of. Nothing that was only known later.
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

kpi_rep_step_counts as (
    select
        spans.month,
        spans.span,
        days.step,
        days.step_order,
        days.rep,
        days.window_days,
        spans.seen_on - days.window_days - spans.span_days + 1 as from_day,
        spans.seen_on - days.window_days as to_day,
        cast(sum(days.entered) as bigint) as entered,
        cast(sum(days.passed) as bigint) as passed
    from spans
    inner join days
        on
            days.entered_on <= spans.seen_on - days.window_days
            and days.entered_on > spans.seen_on - days.window_days - spans.span_days
    group by all
)

select * from kpi_rep_step_counts
