-- grain: one row per landed row of a reps export, accepted or rejected.
-- An accepted row is a sales person in a team for a period; several rows per rep.

{% set required = {
    'rep_id': 'id', 'name': 'text',
} %}
{% set optional = {
    'email': 'text', 'team': 'text', 'manager_rep_id': 'id', 'role': 'text',
    'valid_from': 'day', 'valid_to': 'day',
} %}

with landed as (select * from {{ source('generic', 'reps') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.rep_id') }} as rep_id,
        {{ read_text('landed.name') }} as name,
        {{ read_text('landed.email') }} as email,
        {{ read_text('landed.team') }} as team,
        {{ read_text('landed.manager_rep_id') }} as manager_rep_id,
        {{ read_text('landed.role') }} as role,
        {{ read_day('landed.valid_from') }} as valid_from,
        {{ read_day('landed.valid_to') }} as valid_to,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__reps as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.rep_id,
        values_read.name,
        values_read.email,
        values_read.team,
        values_read.manager_rep_id,
        values_read.role,
        values_read.valid_from,
        values_read.valid_to,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__reps
