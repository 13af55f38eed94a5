-- one row per line of an order
select
    order_lines.order_id,
    order_lines.line_no as line_number,
    order_lines.product_id,
    order_lines.quantity,
    with_comma(order_lines.unit_price) as unit_price,
    with_comma(nullif(order_lines.discount_amount, 0)) as discount_amount,
    with_comma(order_lines.unit_cost) as unit_cost
from order_lines
order by order_lines.order_id, order_lines.line_no
