-- grain: one row per landed row of a deal_contacts export, accepted or rejected.
-- An accepted row is a person who takes part in a deal.

{% set required = {
    'deal_id': 'id', 'prospect_id': 'id',
} %}
{% set optional = {
    'is_primary': 'boolean', 'role': 'text',
} %}

with landed as (select * from {{ source('generic', 'deal_contacts') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.deal_id') }} as deal_id,
        {{ read_text('landed.prospect_id') }} as prospect_id,
        {{ read_boolean('landed.is_primary') }} as is_primary,
        {{ read_text('landed.role') }} as role,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__deal_contacts as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.deal_id,
        values_read.prospect_id,
        values_read.is_primary,
        values_read.role,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__deal_contacts
