-- grain: one row per full name that readers are shown in no word.
-- Everybody in the base; the reps as well, where they are not to be named: of a rep's
-- name the first word is the first name.
{{ config(materialized='view') }}
with prospects as (select * from {{ ref('stg_generic__prospects') }}),

reps as (select * from {{ ref('stg_generic__reps') }}),

rep_names as (select * from {{ ref('stg_settings__rep_names') }}),

unnamed_reps as (
    select
        trim(reps.name) as name,
        split_part(trim(reps.name), ' ', 1) as first_name
    from reps
    cross join rep_names
    where
        reps.reject_rule is null
        and rep_names.secret is not null
        and contains(trim(reps.name), ' ')
),

full_names as (
    select
        first_name,
        last_name
    from prospects
    where reject_rule is null
    union all
    select
        first_name,
        trim(regexp_replace(name, '^[^ ]+ ', '')) as last_name
    from unnamed_reps
),

int_unshown_names as (
    select distinct
        last_name,
        {{ spoken_words("coalesce(first_name, '')") }} as first_name
    from full_names
    where last_name is not null
)

select * from int_unshown_names
