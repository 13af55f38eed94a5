-- grain: one row per line of an order
with order_lines as (select * from {{ ref('int_order_lines') }}),

fct_order_lines as (
    select
        order_key,
        source,
        order_id,
        line_number,
        product_key,
        quantity,
        unit_price,
        discount_amount,
        net_amount,
        currency,
        converted_net_amount,
        converted_cost_amount
    from order_lines
)

select * from fct_order_lines
