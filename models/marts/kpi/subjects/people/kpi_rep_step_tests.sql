-- grain: one row per month, span, step and rep.
-- A rep beside all other reps together at a step: how many standard errors the two
-- shares lie apart, where both sides expect five or more who pass and who do not; and
-- how many of those who pass it the later steps leave, at the rates of all reps.
with counts as (select * from {{ ref('kpi_rep_step_counts') }}),

totals as (
    select
        month,
        span,
        step,
        step_order,
        cast(sum(entered) as bigint) as entered,
        cast(sum(passed) as bigint) as passed,
        cast(sum(passed) as double) / sum(entered) as rate
    from counts
    group by all
),

shares as (
    select
        *,
        case
            when min(rate) over later_steps = 0 then 0
            else coalesce(exp(sum(ln(nullif(rate, 0))) over later_steps), 1)
        end as won_share
    from totals
    window later_steps as (
        partition by month, span
        order by step_order desc
        rows between unbounded preceding and 1 preceding
    )
),

compared as (
    select
        counts.*,
        cast(counts.passed as double) / counts.entered as rate,
        shares.entered - counts.entered as others_entered,
        cast(shares.passed - counts.passed as double)
        / nullif(shares.entered - counts.entered, 0) as others_rate,
        shares.rate as pooled_rate,
        shares.won_share
    from counts
    inner join shares
        on
            counts.month = shares.month
            and counts.span = shares.span
            and counts.step = shares.step
),

kpi_rep_step_tests as (
    select
        month,
        span,
        step,
        step_order,
        rep,
        window_days,
        from_day,
        to_day,
        entered,
        passed,
        rate,
        others_entered,
        others_rate,
        won_share,
        case
            when
                least(pooled_rate, 1 - pooled_rate) * least(entered, others_entered)
                >= 5
                then
                    (rate - others_rate) / sqrt(
                        pooled_rate * (1 - pooled_rate)
                        * (1 / cast(entered as double) + 1 / others_entered)
                    )
        end as standard_errors
    from compared
)

select * from kpi_rep_step_tests
