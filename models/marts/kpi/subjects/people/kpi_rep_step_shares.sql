-- grain: one row per month, span and step.
-- Of those who pass a step, the share that the later ones leave, at the rates of all
-- reps.
with counts as (select * from {{ ref('kpi_rep_step_counts') }}),

rates as (
    select
        month,
        span,
        step,
        step_order,
        cast(sum(passed) as double) / sum(entered) as rate
    from counts
    group by all
),

kpi_rep_step_shares as (
    select
        month,
        span,
        step,
        case
            when min(rate) over later_steps = 0 then 0
            else coalesce(exp(sum(ln(nullif(rate, 0))) over later_steps), 1)
        end as won_share
    from rates
    window later_steps as (
        partition by month, span
        order by step_order desc
        rows between unbounded preceding and 1 preceding
    )
)

select * from kpi_rep_step_shares
