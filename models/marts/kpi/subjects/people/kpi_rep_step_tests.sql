-- grain: one row per month, span, step and rep.
-- A rep beside all other reps at a step, month of entry by month of entry, so that what
-- befalls everybody makes nobody look better or worse: how many standard errors apart
-- (Cochran-Mantel-Haenszel), where there is room for five more and five fewer to pass
-- (Mantel-Fleiss). The others' rate is weighted by the months of the rep. A month
-- without others tells nothing.
with counts as (select * from {{ ref('kpi_rep_step_counts') }}),

months as (
    select
        *,
        entered + others_entered as all_entered,
        passed + others_passed as all_passed,
        cast(entered as double) * (passed + others_passed) / (entered + others_entered)
            as expected
    from counts
),

sums as (
    select
        month,
        span,
        step,
        step_order,
        rep,
        window_days,
        from_day,
        to_day,
        cast(sum(entered) as bigint) as entered,
        cast(sum(passed) as bigint) as passed,
        cast(sum(others_entered) as bigint) as others_entered,
        sum(case when others_entered > 0 then entered end) as compared_entered,
        sum(case when others_entered > 0 then passed end) as compared_passed,
        sum(cast(entered as double) * others_passed / nullif(others_entered, 0))
            as passed_at_others,
        sum(passed - expected) as beyond,
        -- of the hypergeometric distribution
        sum(
            expected * (1 - cast(all_passed as double) / all_entered)
            * others_entered / greatest(all_entered - 1, 1)
        ) as variance,
        sum(expected - greatest(all_passed - others_entered, 0)) as most_fewer,
        sum(least(entered, all_passed) - expected) as most_more
    from months
    group by all
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
        cast(passed as double) / entered as rate,
        cast(compared_passed as double) / compared_entered as compared_rate,
        others_entered,
        passed_at_others / compared_entered as others_rate,
        compared_passed - passed_at_others as passed_beyond,
        case
            when least(most_fewer, most_more) >= 5 then beyond / sqrt(variance)
        end as standard_errors
    from sums
)

select * from kpi_rep_step_tests
