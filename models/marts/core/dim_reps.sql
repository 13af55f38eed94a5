-- grain: one row per rep.
-- With `rep_names: false` a pseudonym takes the place of id and name here, and so in
-- all that is counted by rep.
with reps as (select * from {{ ref('int_reps') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

clock as (select * from {{ ref('int_clock') }}),

rep_secret as (select * from {{ ref('int_rep_secret') }}),

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
        {{ rep_pseudonym('reps.rep_id') }} as rep_id,
        reps.source,
        case
            when rep_secret.secret is null then reps.name
            else {{ rep_pseudonym('reps.rep_id') }}
        end as name,
        teams.team,
        teams.role
    from reps
    cross join rep_secret
    left join teams
        on reps.rep_key = teams.rep_key
)

select * from dim_reps
