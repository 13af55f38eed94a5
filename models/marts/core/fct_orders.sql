-- grain: one row per order or credit note.
-- The amount is the sum of its lines; without lines its own. In the reporting currency
-- it is null when no exchange rate is known for its day.
with orders as (select * from {{ ref('int_orders_valued') }}),

fct_orders as (
    select
        order_key,
        source,
        order_id,
        account_key,
        customer_key,
        deal_key,
        prospect_key,
        rep_key,
        campaign_key,
        ordered_at,
        ordered_on,
        ordered_has_time,
        status,
        currency,
        has_lines,
        net_amount,
        converted_net_amount,
        is_credit_note,
        is_test,
        is_after_as_of
    from orders
)

select * from fct_orders
