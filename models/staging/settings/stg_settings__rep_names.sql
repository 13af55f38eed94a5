-- grain: one row, the secret by which reps get pseudonyms where they are not to be
-- named

with rep_names as (select * from {{ source('settings', 'rep_names') }}),

stg_settings__rep_names as (
    select secret
    from rep_names
)

select * from stg_settings__rep_names
