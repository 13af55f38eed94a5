-- grain: one row per month, span, step and rep.
-- Whom to coach on what, and whom to learn from? The share of a rep's prospects that
-- pass a step beside that of all other reps in the same months, as it was known at the
-- end of the month: a two-sided test, month of entry by month of entry
-- (Cochran-Mantel-Haenszel). Holm: over the steps and reps of a span, the chance that
-- even one verdict is wrong is at most 5 %.
with tests as (select * from {{ ref('kpi_rep_step_tests') }}),

shares as (select * from {{ ref('kpi_rep_step_shares') }}),

reps as (select * from {{ ref('dim_reps') }}),

names as (
    select
        rep_id,
        max(name) as name,
        max(team) as team
    from reps
    group by all
),

ranked as (
    select
        *,
        2 * {{ normal_tail('abs(standard_errors)') }} as chance,
        0.05 / (
            count(standard_errors) over (partition by month, span)
            - rank() over surest_first + 1
        ) as most_chance
    from tests
    window surest_first as (
        partition by month, span
        order by abs(standard_errors) desc nulls last
    )
),

-- one that fails spares the rest
judged as (
    select
        *,
        bool_and(chance <= most_chance) over (
            partition by month, span
            order by abs(standard_errors) desc nulls last
        ) as is_different
    from ranked
),

kpi_rep_profiles as (
    select
        judged.month,
        judged.span,
        judged.step,
        judged.step_order,
        judged.rep,
        coalesce(names.name, judged.rep) as rep_name,
        names.team,
        judged.from_day,
        judged.to_day,
        judged.window_days,
        judged.entered,
        judged.passed,
        judged.rate,
        judged.compared_rate,
        judged.others_entered,
        judged.others_rate,
        judged.standard_errors,
        judged.chance,
        case
            when judged.standard_errors is null then 'too_few'
            when not judged.is_different then 'no_difference'
            when least(judged.standard_errors, judged.passed_beyond) > 0 then 'better'
            when greatest(judged.standard_errors, judged.passed_beyond) < 0 then 'worse'
            else 'no_difference'
        end as verdict,
        judged.passed_beyond,
        judged.passed_beyond * shares.won_share as customers_beyond
    from judged
    inner join shares
        on
            judged.month = shares.month
            and judged.span = shares.span
            and judged.step = shares.step
    left join names
        on judged.rep = names.rep_id
)

select * from kpi_rep_profiles
