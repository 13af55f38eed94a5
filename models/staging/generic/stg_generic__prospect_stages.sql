-- grain: one row per landed row of a prospect_stages export, accepted or rejected.
-- An accepted row is one entry of a person into a lifecycle stage of their tool.

{% set required = {
    'prospect_id': 'id', 'stage': 'text', 'entered_at': 'moment',
} %}
{% set optional = {} %}

with landed as (select * from {{ source('generic', 'prospect_stages') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

clocks as (select * from {{ ref('stg_settings__timezone_days') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_text('landed.stage') }} as stage,
        {{ read_moment('entered_at') }},
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__prospect_stages as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.prospect_id,
        values_read.stage,
        {{ moment_columns('entered_at') }},
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
    {{ moment_joins(['entered_at']) }}
)

select * from stg_generic__prospect_stages
