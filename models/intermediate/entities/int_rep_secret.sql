-- grain: one row, the secret by which reps get pseudonyms where they are not to be
-- named
with rep_names as (select * from {{ ref('stg_settings__rep_names') }}),

int_rep_secret as (
    select secret
    from rep_names
)

select * from int_rep_secret
