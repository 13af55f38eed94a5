-- grain: one row per customer and stretch of days in which it was active without a
-- break.
-- Active by a contract in force, or for 365 days by an order or a won deal (that day
-- included). active_to is the last day; a contract without an end has none. What began
-- and what ends the stretch are the sale's keys in its fact.
with orders as (
    select * from {{ ref('int_orders_valued') }}
    where
        status = 'placed'
        and not is_credit_note
        and customer_key is not null
        and not is_test
        and not is_after_as_of
),

deals as (
    select * from {{ ref('int_deals') }}
    where
        status = 'won'
        and customer_key is not null
        and not is_test
        and not is_after_as_of
),

contracts as (
    select * from {{ ref('int_contracts') }}
    where
        customer_key is not null
        and not is_test
        and not is_after_as_of
),

stretches as (
    select
        customer_key,
        'order' as sale_kind,
        order_key as sale_key,
        ordered_on as active_from,
        ordered_on + 364 as active_to
    from orders
    union all
    select
        customer_key,
        'deal' as sale_kind,
        deal_key as sale_key,
        closed_on as active_from,
        closed_on + 364 as active_to
    from deals
    union all
    select
        customer_key,
        'deal' as sale_kind,
        deal_key as sale_key,
        first_won_on as active_from,
        first_won_on + 364 as active_to
    from deals
    -- the same stretch twice has no first of the two
    where first_won_on is distinct from closed_on
    union all
    select
        customer_key,
        'contract' as sale_kind,
        contract_key as sale_key,
        started_on as active_from,
        coalesce(in_force_to, date '9999-12-31') as active_to
    from contracts
),

-- a stretch that begins after everything before it has ended (a day apart) opens a new
-- one
opened as (
    select
        *,
        coalesce(
            active_from > max(active_to) over (
                partition by customer_key
                order by active_from, active_to, sale_kind, sale_key
                rows between unbounded preceding and 1 preceding
            ) + 1,
            true
        ) as is_opening
    from stretches
    where active_to >= active_from
),

numbered as (
    select
        *,
        count(*) filter (where is_opening) over (
            partition by customer_key
            order by active_from, active_to, sale_kind, sale_key
            rows between unbounded preceding and current row
        ) as stretch_number
    from opened
),

ordered as (
    select
        *,
        row_number() over (
            partition by customer_key, stretch_number
            order by active_to desc, sale_kind asc, sale_key asc
        ) = 1 as is_ending
    from numbered
),

fct_customer_activity as (
    select
        customer_key,
        cast(stretch_number as integer) as stretch_number,
        min(active_from) as active_from,
        nullif(max(active_to), date '9999-12-31') as active_to,
        max(sale_kind) filter (where is_opening) as began_by,
        max(sale_key) filter (where is_opening) as began_by_key,
        max(sale_kind) filter (where is_ending) as ended_by,
        max(sale_key) filter (where is_ending) as ended_by_key
    from ordered
    group by all
)

select * from fct_customer_activity
