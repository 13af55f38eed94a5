-- grain: one row per landed row of a links export, accepted or rejected.
-- An accepted row says that two records are one: the user's word, or that of a tool
-- which merged them.

{% set required = {
    'kind': 'word', 'record_source': 'id', 'id': 'id', 'same_as_source': 'id',
    'same_as_id': 'id',
} %}
{% set optional = {} %}

with landed as (
    select
        *,
        source as record_source  -- `source` is where the row itself came from
    from {{ source('generic', 'links') }}
),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_word('landed.kind', ['account', 'prospect', 'rep', 'deal']) }} as kind,
        {{ read_text('landed.record_source') }} as record_source,
        {{ read_text('landed.id') }} as id,
        {{ read_text('landed.same_as_source') }} as same_as_source,
        {{ read_text('landed.same_as_id') }} as same_as_id,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__links as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.kind,
        values_read.record_source,
        values_read.id,
        values_read.same_as_source,
        values_read.same_as_id,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__links
