-- grain: one row per customer key: the account, or the person without an account.
-- Customer since the earliest of first won deal, first placed order (a credit note is
-- none), first contract.
with deals as (select * from {{ ref('int_deals') }}),

orders as (select * from {{ ref('int_orders_valued') }}),

contracts as (select * from {{ ref('int_contracts') }}),

reporting_days as (select * from {{ ref('int_reporting_days') }}),

beginnings as (
    select
        customer_key,
        'deal' as became_by,
        deal_key as became_by_key,
        first_won_at as customer_since_at,
        first_won_on as customer_since_on,
        first_won_has_time as customer_since_has_time
    from deals
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
    union all
    select
        customer_key,
        'order' as became_by,
        order_key as became_by_key,
        ordered_at as customer_since_at,
        ordered_on as customer_since_on,
        ordered_has_time as customer_since_has_time
    from orders
    where
        status = 'placed'
        and not is_credit_note
        and not is_test
        and not is_after_as_of
    union all
    select
        contracts.customer_key,
        'contract' as became_by,
        contracts.contract_key as became_by_key,
        reporting_days.starts_at as customer_since_at,
        contracts.started_on as customer_since_on,
        false as customer_since_has_time
    from contracts
    inner join reporting_days
        on contracts.started_on = reporting_days.day
    where
        not contracts.is_test
        and not contracts.is_after_as_of
),

int_customers as (
    select
        customer_key,
        case when customer_key > 0 then customer_key end as account_key,
        case when customer_key < 0 then -customer_key end as prospect_key,
        became_by,
        became_by_key,
        customer_since_at,
        customer_since_on,
        customer_since_has_time
    from beginnings
    where customer_key is not null
    qualify
        row_number() over (
            partition by customer_key
            order by
                customer_since_on,
                customer_since_has_time,
                customer_since_at,
                became_by,
                became_by_key
        ) = 1
)

select * from int_customers
