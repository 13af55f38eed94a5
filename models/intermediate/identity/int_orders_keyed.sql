-- grain: one row per order record (source, order_id), which is one order
with records as (
    {{ current_rows('orders') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

int_orders_keyed as (
    select
        records.source,
        records.order_id,
        row_number() over (
            order by sources.source_order, records.source, records.order_id
        ) as order_key
    from records
    inner join sources
        on records.source = sources.source
)

select * from int_orders_keyed
