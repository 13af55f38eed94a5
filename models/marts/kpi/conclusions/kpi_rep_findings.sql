-- grain: one row per month and finding about reps: a step of the funnel and the rep who
-- differs.
-- Whom to coach on what, and whom to learn from, as surely as a conclusion has to be:
-- of all tests of reps and steps in both spans the chance that even one is wrong is at
-- most 1 % (Bonferroni). Of a rep and step the longer span is told.
with profiles as (select * from {{ ref('kpi_rep_profiles') }}),

judged as (
    select
        *,
        chance * count(chance) over (partition by month) as chance_of_any
    from profiles
),

kpi_rep_findings as (
    select
        'team' as page,
        'rep_' || verdict as kind,
        step as subject,
        cast(null as varchar) as grain,
        cast(null as date) as period_start,
        'rep' as dimension,
        rep as dimension_value,
        compared_rate as value,
        others_rate as expected_value,
        cast(entered as double) as sample_size,
        customers_beyond as worth_customers,
        cast(null as double) as worth_amount,
        passed_beyond as worth_cases,
        -standard_errors as standard_errors,
        chance,
        last_day(month) as known_from,
        last_day(month + to_months(1)) as known_until
    from judged
    where
        verdict in ('better', 'worse')
        and chance_of_any <= 0.01
    qualify
        row_number() over (
            partition by month, rep, step
            order by span = 'year' desc
        ) = 1
)

select * from kpi_rep_findings
