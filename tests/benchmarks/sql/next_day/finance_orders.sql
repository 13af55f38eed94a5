-- adds: one order per deal won in the day
select
    'CDE' || deal_id as order_id, account_id, deal_id, rep_id,
    strftime(getvariable('day'), '%d/%m/%Y') as ordered_at, 'placed' as status,
    with_comma(amount) as amount, currency
from moved_deals
where status = 'won' and amount is not null
order by order_id
