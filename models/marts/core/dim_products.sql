-- grain: one row per product
with products as (select * from {{ ref('int_products') }}),

dim_products as (
    select
        product_key,
        product_id,
        source,
        name,
        family,
        unit_cost,
        currency
    from products
)

select * from dim_products
