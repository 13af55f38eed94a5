-- grain: one row per landed row of a suppressions export, accepted or rejected.
-- An accepted row is a person's request not to be contacted, or to be erased.

{% set required = {
    'kind': 'word',
} %}
{% set optional = {
    'requested_at': 'moment', 'prospect_id': 'id', 'email': 'text',
} %}
{# an opt-out may be a box that is ticked; an erasure has its day #}
{% set undated = {'requested_at': "values_read.kind = 'opt_out'"} %}

with landed as (select * from {{ source('generic', 'suppressions') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_moment('requested_at') }},
        {{ read_word('landed.kind', ['opt_out', 'erasure']) }} as kind,
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_text('landed.email') }} as email,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__suppressions as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        {{ moment_columns('requested_at') }},
        values_read.kind,
        values_read.prospect_id,
        values_read.email,
        {{ reject_columns(dict(required, requested_at='moment'), unless=undated) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['requested_at']) }}
)

select * from stg_generic__suppressions
