-- grain: one row per product
with records as (
    {{ current_rows('products') }}
),

keyed as (select * from {{ ref('int_products_keyed') }}),

int_products as (
    select
        keyed.product_key,
        records.source,
        records.product_id,
        records.name,
        records.family,
        records.unit_cost,
        records.currency
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.product_id = keyed.product_id
)

select * from int_products
