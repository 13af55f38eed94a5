-- How content a customer is, between 0 and 1: who is, comes back, renews, recommends.
create macro contentment(account_no) as draw(account_no, 'contentment');

-- Orders: one at each signature, reorders as long as the customer is content, and a few
-- from companies that never met a rep.
create table planned_orders as
with
first_orders as (
    select
        deal_key * 16 as order_key,
        account_no,
        deal_id,
        rep_no,
        closed_minute + 60 + floor(2400 * draw(deal_key, 'orders after'))
            as work_minute,
        amount,
        product_no
    from deals
    where is_won and is_closed
),

loyal as (
    select
        deals.deal_key,
        deals.account_no,
        deals.rep_no,
        deals.closed_minute,
        deals.amount,
        deals.product_no,
        15000 + 50000 * draw(deals.deal_key, 'reorder rhythm') as rhythm,
        -- how often they come back: geometric, 62 % each time
        least(9, floor(
            ln(1 - contentment(deals.account_no)) / ln(0.62)
        )) as reorder_count
    from deals
    where
        deals.is_won
        and deals.is_closed
        and deals.pipeline = 'Nouveaux clients'
        and deals.account_no is not null
),

reorders as (
    select
        deal_key * 16 + reorder_no as order_key,
        account_no,
        null as deal_id,
        rep_no,
        closed_minute + 2400 + floor(rhythm * (
            reorder_no + 0.3 * draw(deal_key * 16 + reorder_no, 'reorder slack')
        )) as work_minute,
        10 * round(amount / 10 * (
            0.18 + 0.45 * draw(deal_key * 16 + reorder_no, 'reorder amount')
        )) as amount,
        product_no
    from (
        select *, unnest(generate_series(1, reorder_count::bigint)) as reorder_no
        from loyal
    )
),

unprompted as (
    select
        2000000000 + account_no as order_key,
        account_no,
        null as deal_id,
        null as rep_no,
        calendar.first_minute + 700
        + floor(60000 * draw(accounts.account_no, 'unprompted when'))
            as work_minute,
        10 * (15 + floor(120 * draw(accounts.account_no, 'unprompted amount')))
            as amount,
        8 as product_no
    from accounts
    inner join calendar on accounts.created_on = calendar.day
    where draw(accounts.account_no, 'unprompted') < 0.003
),

all_orders as (
    select * from first_orders
    union all
    select * from reorders
    union all
    select * from unprompted
)

select
    all_orders.order_key,
    all_orders.account_no,
    all_orders.deal_id,
    served_by(all_orders.rep_no, all_orders.work_minute) as rep_no,
    all_orders.work_minute::integer as work_minute,
    all_orders.amount::decimal(12, 2) as amount,
    coalesce(accounts.currency, 'EUR') as currency,
    coalesce(accounts.is_thin, false) as is_thin,
    all_orders.product_no,
    numbered('CDE', row_number() over (
        order by all_orders.work_minute, all_orders.order_key
    ), 6) as order_id,
    case
        when draw(all_orders.order_key, 'order status') < 0.025 then 'cancelled'
        when draw(all_orders.order_key, 'order status') < 0.035 then 'refunded'
        else 'placed'
    end as status
from all_orders
left join accounts on all_orders.account_no = accounts.account_no
where
    all_orders.work_minute <= getvariable('as_of_minute')
    and all_orders.amount > 0;

-- The lines share what was agreed, in whole units at list price: an order comes out
-- near the deal's amount, rarely equal to it. The planted type of customer wants more
-- for the same money: a third off, on work made to measure.
create table order_lines as
with
shared as (
    select
        order_key,
        order_id,
        amount,
        is_thin,
        product_no,
        line_count,
        unnest(range(1, 1 + line_count)) as line_no
    from (
        select
            *,
            1 + floor(2.8 * power(draw(order_key, 'lines'), 1.4))::integer
                as line_count
        from planned_orders
        where draw(order_key, 'has lines') < 0.95
    )
),

priced as (
    select
        shared.order_key,
        shared.order_id,
        shared.line_no,
        shared.order_key * 4 + shared.line_no as line_key,
        shared.is_thin,
        products.unit_cost,
        products.product_id,
        products.unit_price,
        greatest(1, round(
            shared.amount * case
                when shared.line_count = 1 then 1
                when shared.line_no = 1 then 0.64
                else 0.36 / (shared.line_count - 1)
            end / (products.unit_price * case when shared.is_thin then 0.66 else 1 end)
        ))::integer as quantity
    from shared
    inner join products
        on case when shared.line_no = 1 then shared.product_no
            else 1 + (shared.product_no + 2 * shared.line_no + shared.order_key % 3) % 8
        end = products.product_no
)

select
    order_key,
    order_id,
    line_no::integer as line_no,
    product_id,
    quantity,
    unit_price::decimal(12, 2) as unit_price,
    case
        when is_thin then
            round(quantity * unit_price * (0.31 + 0.06 * draw(line_key, 'how much')), 2)
        when draw(line_key, 'discount') < 0.22 then
            round(quantity * unit_price * (0.03 + 0.1 * draw(line_key, 'how much')), 2)
        else 0
    end::decimal(12, 2) as discount_amount,
    -- a cost of its own only where purchasing knew it
    case
        when is_thin then 0.61 * unit_price
        when draw(line_key, 'own cost') < 0.15 then 1.04 * unit_cost
    end::decimal(12, 2) as unit_cost
from priced;

create table orders as
select
    planned_orders.order_id,
    planned_orders.account_no,
    planned_orders.deal_id,
    planned_orders.rep_no,
    planned_orders.work_minute,
    planned_orders.status,
    planned_orders.currency,
    coalesce(
        sum(
            order_lines.quantity * order_lines.unit_price - order_lines.discount_amount
        ),
        planned_orders.amount
    )::decimal(12, 2) as amount
from planned_orders
left join order_lines on planned_orders.order_key = order_lines.order_key
group by
    planned_orders.order_id,
    planned_orders.account_no,
    planned_orders.deal_id,
    planned_orders.rep_no,
    planned_orders.work_minute,
    planned_orders.status,
    planned_orders.currency,
    planned_orders.amount;

drop table planned_orders;
