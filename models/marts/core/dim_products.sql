-- grain: one row per product
with products as (select * from {{ ref('int_products') }}),

dim_products as (
    select
        products.product_key,
        products.product_id,
        products.source,
        {{ shown_word('product_name', 'products.name') }} as name,
        {{ spelt('product_family', 'products.family') }} as family,
        products.unit_cost,
        products.currency
    from products
    {{ join_spelling('product_family', 'products.family') }}
    {{ join_shown_word('product_name', 'products.name') }}
)

select * from dim_products
