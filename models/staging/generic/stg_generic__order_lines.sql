-- grain: one row per landed row of an order_lines export, accepted or rejected.
-- An accepted row is a line of an order.

{% set required = {
    'order_id': 'id', 'line_number': 'integer', 'quantity': 'decimal',
    'unit_price': 'decimal',
} %}
{% set optional = {
    'product_id': 'id', 'discount_amount': 'decimal', 'unit_cost': 'decimal',
} %}

with landed as (select * from {{ source('generic', 'order_lines') }}),

reading_rules as (select * from {{ ref('stg_settings__reading_rules') }}),

values_read as (
    select
        {{ landed_row() }},
        {{ read_text('landed.order_id') }} as order_id,
        {{ read_integer('landed.line_number') }} as line_number,
        {{ read_text('landed.product_id') }} as product_id,
        {{ read_decimal('landed.quantity') }} as quantity,
        {{ read_decimal('landed.unit_price') }} as unit_price,
        {{ read_decimal('landed.discount_amount') }} as discount_amount,
        {{ read_decimal('landed.unit_cost') }} as unit_cost,
        {{ row_hash(required, optional) }} as row_hash
    from landed
    left join reading_rules
        on
            landed._load_id = reading_rules.load_id
            and landed._file = reading_rules.file
),

stg_generic__order_lines as (
    select
        values_read.source,
        values_read.load_id,
        values_read.load_row,
        values_read.file,
        values_read.order_id,
        values_read.line_number,
        values_read.product_id,
        values_read.quantity,
        values_read.unit_price,
        values_read.discount_amount,
        values_read.unit_cost,
        {{ reject_columns(required) }},
        {{ issues(required, optional) }},
        values_read.row_hash
    from values_read
)

select * from stg_generic__order_lines
