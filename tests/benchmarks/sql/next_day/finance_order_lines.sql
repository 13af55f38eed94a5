-- adds: the one line of each order of the day
select
    'CDE' || deal_id as order_id, 1 as line_number, product_id, 1 as quantity,
    with_comma(amount) as unit_price, null as discount_amount, null as unit_cost
from moved_deals
where status = 'won' and amount is not null
order by order_id
