-- one row per order; accounting knows the day only
select
    orders.order_id,
    numbered('A', orders.account_no, 7) as account_id,
    orders.deal_id,
    reps.rep_id,
    in_french_day(work_clock.wall_at) as ordered_at,
    orders.status,
    with_comma(orders.amount) as amount,
    orders.currency
from orders
inner join work_clock on orders.work_minute = work_clock.work_minute
left join reps on orders.rep_no = reps.rep_no
order by orders.order_id
