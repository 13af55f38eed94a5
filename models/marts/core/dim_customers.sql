-- grain: one row per customer: an account, or a person without one.
-- Signed by the rep of the first won deal, else of the first order, else by the
-- account's owner; won through the prospect of that deal, else the account's earliest
-- contacted one.
with customers as (select * from {{ ref('int_customers') }}),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

orders as (
    select * from {{ ref('int_orders_valued') }}
    where
        status = 'placed'
        and not is_credit_note
        and not is_test
        and not is_after_as_of
),

accounts as (select * from {{ ref('int_accounts') }}),

account_prospects as (select * from {{ ref('fct_account_prospects') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

first_deals as (
    select * from deals
    qualify
        row_number() over (
            partition by customer_key
            order by first_won_on, first_won_has_time, first_won_at, deal_key
        ) = 1
),

first_orders as (
    select * from orders
    qualify
        row_number() over (
            partition by customer_key
            order by ordered_on, ordered_has_time, ordered_at, order_key
        ) = 1
),

signed as (
    select
        customers.*,
        coalesce(
            first_deals.prospect_key,
            account_prospects.prospect_key,
            customers.prospect_key
        ) as won_prospect_key,
        case
            when first_deals.customer_key is not null then first_deals.rep_key
            when first_orders.customer_key is not null then first_orders.rep_key
            else accounts.owner_rep_key
        end as rep_key,
        coalesce(
            first_deals.first_won_on,
            first_orders.ordered_on,
            customers.customer_since_on
        ) as signed_on,
        first_orders.ordered_on as first_ordered_on
    from customers
    left join first_deals
        on customers.customer_key = first_deals.customer_key
    left join first_orders
        on customers.customer_key = first_orders.customer_key
    left join account_prospects
        on customers.account_key = account_prospects.account_key
    left join accounts
        on customers.account_key = accounts.account_key
),

dim_customers as (
    select
        signed.customer_key,
        signed.account_key,
        signed.prospect_key,
        signed.became_by,
        signed.became_by_key,
        signed.customer_since_at,
        signed.customer_since_on,
        signed.customer_since_has_time,
        signed.won_prospect_key,
        signed.rep_key,
        rep_periods.team,
        signed.first_ordered_on
    from signed
    left join rep_periods
        on
            signed.rep_key = rep_periods.rep_key
            and signed.signed_on >= rep_periods.valid_from
            and signed.signed_on < rep_periods.valid_before
)

select * from dim_customers
