-- grain: one row per line of an order.
-- Net amount = quantity × unit price − discount, in the order's currency and converted
-- at the rate of the order's day. The unit cost is the line's, else the product's.
with records as (
    {{ current_rows('order_lines') }}
),

order_references as (select * from {{ ref('int_order_references') }}),

orders as (select * from {{ ref('int_orders') }}),

product_references as (select * from {{ ref('int_product_references') }}),

products as (select * from {{ ref('int_products') }}),

lines as (
    select
        orders.order_key,
        records.source,
        records.order_id,
        records.line_number,
        product_references.product_key,
        orders.ordered_on,
        orders.currency,
        records.quantity,
        records.unit_price,
        coalesce(records.discount_amount, 0) as discount_amount,
        records.unit_cost,
        products.currency as product_currency,
        cast(
            {{ product('records.quantity', 'records.unit_price') }}
            - coalesce(records.discount_amount, 0) as decimal(24, 6)
        ) as net_amount,
        {{ product('records.quantity', 'records.unit_cost') }} as cost_amount,
        {{ product('records.quantity', 'products.unit_cost') }} as product_cost_amount
    from records
    inner join order_references
        on
            records.source = order_references.source
            and records.order_id = order_references.order_id
    inner join orders
        on order_references.order_key = orders.order_key
    left join product_references
        on
            records.source = product_references.source
            and records.product_id = product_references.product_id
    left join products
        on product_references.product_key = products.product_key
),

converted as (
    select
        lines.*,
        {{ converted_amount('lines.net_amount') }} as converted_net_amount,
        {{ converted_amount('lines.cost_amount') }} as line_cost
    from lines
    {{ join_fx_rates('lines.currency', 'lines.ordered_on') }}
),

int_order_lines as (
    select
        converted.order_key,
        converted.source,
        converted.order_id,
        converted.line_number,
        converted.product_key,
        converted.quantity,
        converted.unit_price,
        converted.discount_amount,
        converted.net_amount,
        converted.currency,
        converted.converted_net_amount,
        coalesce(
            converted.line_cost,
            case
                when converted.unit_cost is null
                    then {{ converted_amount('converted.product_cost_amount') }}
            end
        ) as converted_cost_amount
    from converted
    {{ join_fx_rates('converted.product_currency', 'converted.ordered_on') }}
)

select * from int_order_lines
