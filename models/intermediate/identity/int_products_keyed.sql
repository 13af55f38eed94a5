-- grain: one row per product record (source, product_id), which is one product
with records as (
    {{ current_rows('products') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

int_products_keyed as (
    select
        records.source,
        records.product_id,
        row_number() over (
            order by sources.source_order, records.source, records.product_id
        ) as product_key
    from records
    inner join sources
        on records.source = sources.source
)

select * from int_products_keyed
