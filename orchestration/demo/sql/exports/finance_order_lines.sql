-- one row per line of an order; a cost of its own only where purchasing knew it
select
    order_lines.order_id,
    order_lines.line_no as line_number,
    order_lines.product_id,
    order_lines.quantity,
    with_comma(order_lines.unit_price) as unit_price,
    with_comma(nullif(order_lines.discount_amount, 0)) as discount_amount,
    case when draw(order_lines.order_key * 4 + order_lines.line_no, 'own cost') < 0.15
        then with_comma((products.unit_cost * 1.04)::decimal(12, 2)) end as unit_cost
from order_lines
inner join products on order_lines.product_id = products.product_id
order by order_lines.order_id, order_lines.line_no
