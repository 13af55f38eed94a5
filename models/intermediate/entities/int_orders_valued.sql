-- grain: one row per order, with what it is worth.
-- The amount is the sum of its lines; without lines its own. In the reporting currency
-- it is null when no exchange rate is known for its day. A document below 0 is a credit
-- note: money that goes back, no order.
with orders as (select * from {{ ref('int_orders') }}),

order_lines as (select * from {{ ref('int_order_lines') }}),

line_totals as (
    select
        order_key,
        sum(net_amount) as net_amount,
        sum(converted_net_amount) as converted_net_amount
    from order_lines
    group by all
),

int_orders_valued as (
    select
        orders.order_key,
        orders.source,
        orders.order_id,
        orders.account_key,
        orders.customer_key,
        orders.deal_key,
        orders.prospect_key,
        orders.rep_key,
        orders.campaign_key,
        orders.ordered_at,
        orders.ordered_on,
        orders.ordered_has_time,
        orders.status,
        orders.currency,
        line_totals.order_key is not null as has_lines,
        case
            when line_totals.order_key is not null then line_totals.net_amount
            else orders.amount
        end as net_amount,
        case
            when line_totals.order_key is not null
                then line_totals.converted_net_amount
            else {{ converted_amount('orders.amount') }}
        end as converted_net_amount,
        coalesce(
            case
                when line_totals.order_key is not null then line_totals.net_amount
                else orders.amount
            end < 0,
            false
        ) as is_credit_note,
        orders.is_test,
        orders.is_after_as_of
    from orders
    left join line_totals
        on orders.order_key = line_totals.order_key
    {{ join_fx_rates('orders.currency', 'orders.ordered_on') }}
)

select * from int_orders_valued
