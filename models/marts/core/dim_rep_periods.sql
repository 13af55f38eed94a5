-- grain: one row per rep and period in one team
with rep_periods as (select * from {{ ref('int_rep_periods') }}),

dim_rep_periods as (
    select
        rep_key,
        team,
        role,
        valid_from,
        valid_before
    from rep_periods
)

select * from dim_rep_periods
