-- grain: one row per person and basis (contact, customer).
-- When did something last come from them? Internal to the marts.
with activities as (select * from {{ ref('fct_activities') }}),

conversations as (select * from {{ ref('fct_conversations') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

orders as (select * from {{ ref('fct_orders') }}),

contracts as (select * from {{ ref('fct_contracts') }}),

clock as (select * from {{ ref('dim_clock') }}),

purchases as (
    select
        account_key,
        ordered_on as bought_on
    from orders
    where not is_after_as_of
    union all
    select
        contracts.account_key,
        least(
            coalesce(contracts.ended_on, contracts.ends_on, clock.as_of), clock.as_of
        ) as bought_on
    from contracts
    cross join clock
    where not contracts.is_after_as_of
),

days as (
    select
        prospect_key,
        'contact' as basis,
        occurred_on as day
    from activities
    where direction = 'inbound' and not is_after_as_of
    union all
    select
        prospect_key,
        'contact' as basis,
        occurred_on as day
    from conversations
    union all
    select
        prospects.prospect_key,
        'customer' as basis,
        purchases.bought_on as day
    from purchases
    inner join prospects
        on purchases.account_key = prospects.account_key
),

kpi_last_contacts as (
    select
        prospect_key,
        basis,
        max(day) as last_on
    from days
    where prospect_key is not null
    group by all
)

select * from kpi_last_contacts
