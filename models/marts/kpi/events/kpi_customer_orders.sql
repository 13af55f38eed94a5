-- grain: one row per order of a customer, with its number among the customer's orders.
-- An order that is cancelled, refunded or a credit note is none; the next sale is the
-- first order on a later day than the first one's.
with orders as (
    select * from {{ ref('fct_orders') }}
    where
        status = 'placed'
        and not is_credit_note
        and customer_key is not null
        and not is_test
        and not is_after_as_of
),

numbered as (
    select
        customer_key,
        order_key,
        ordered_on,
        row_number() over by_order as order_number,
        first_value(order_key) over by_order as first_order_key,
        first_value(ordered_on) over by_order as first_ordered_on
    from orders
    window by_order as (
        partition by customer_key
        order by ordered_on, order_key
    )
),

kpi_customer_orders as (
    select
        *,
        ordered_on > first_ordered_on
        and row_number() over (
            partition by customer_key, ordered_on > first_ordered_on
            order by order_number
        ) = 1 as is_next_sale
    from numbered
)

select * from kpi_customer_orders
