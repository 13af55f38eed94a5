-- grain: one row per rep
with reps as (select * from {{ ref('int_reps') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

clock as (select * from {{ ref('int_clock') }}),

teams as (
    select
        rep_periods.rep_key,
        rep_periods.team,
        rep_periods.role
    from rep_periods
    cross join clock
    where
        clock.as_of >= rep_periods.valid_from
        and clock.as_of < rep_periods.valid_before
),

dim_reps as (
    select
        reps.rep_key,
        reps.rep_id,
        reps.source,
        reps.name,
        teams.team,
        teams.role
    from reps
    left join teams
        on reps.rep_key = teams.rep_key
)

select * from dim_reps
