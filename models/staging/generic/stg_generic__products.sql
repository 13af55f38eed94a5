-- grain: one row per landed row of a products export, accepted or rejected.
-- An accepted row is a product.

{% set required = {
    'product_id': 'id', 'name': 'text',
} %}
{% set optional = {
    'family': 'text', 'unit_cost': 'decimal', 'currency': 'text',
} %}

with landed as (select * from {{ source('generic', 'products') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.product_id') }} as product_id,
        {{ read_text('landed.name') }} as name,
        {{ read_text('landed.family') }} as family,
        {{ read_decimal('landed.unit_cost') }} as unit_cost,
        {{ read_currency('landed.currency') }} as currency,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__products as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.product_id,
        values_read.name,
        values_read.family,
        values_read.unit_cost,
        values_read.currency,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__products
