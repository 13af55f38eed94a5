-- grain: one row per event of a customer: the sale, or the referral, that made it so.
-- Of a cohort's target also where it begins; all are keys, as `kpi_records` names them.
with customers as (select * from {{ ref('dim_customers') }}),

activity as (select * from {{ ref('fct_customer_activity') }}),

orders as (select * from {{ ref('kpi_customer_orders') }}),

referrals as (select * from {{ ref('kpi_first_referrals') }}),

record_keys as (
    select * from {{ ref('kpi_record_keys') }}
    where entity = 'referrals'
),

kpi_customer_records as (
    select
        'customer_new' as event,
        customer_key,
        customer_since_on as day,
        concat(became_by, 's') as made_by,
        became_by_key as made_by_key,
        cast(null as varchar) as begun_by,
        cast(null as bigint) as begun_by_key
    from customers
    union all
    select
        case
            when order_number = 1 then 'customer_first_order'
            else 'customer_second_order'
        end as event,
        customer_key,
        ordered_on as day,
        'orders' as made_by,
        order_key as made_by_key,
        null as begun_by,
        null as begun_by_key
    from orders
    where order_number <= 2
    union all
    select
        'first_order>second_order' as event,
        customer_key,
        first_ordered_on as day,
        'orders' as made_by,
        order_key as made_by_key,
        'orders' as begun_by,
        first_order_key as begun_by_key
    from orders
    where is_next_sale
    union all
    {% for day, edge in [('active_from', 'began'), ('active_to + 1', 'ended')] %}
        select
            'active_customer' as event,
            customer_key,
            {{ day }} as day,
            concat({{ edge }}_by, 's') as made_by,
            {{ edge }}_by_key as made_by_key,
            null as begun_by,
            null as begun_by_key
        from activity
        where {{ day }} is not null
        union all
    {% endfor %}
    select
        'customer_new>referral' as event,
        customers.customer_key,
        customers.customer_since_on as day,
        'referrals' as made_by,
        record_keys.record_key as made_by_key,
        concat(customers.became_by, 's') as begun_by,
        customers.became_by_key as begun_by_key
    from customers
    inner join referrals
        on customers.customer_key = referrals.customer_key
    inner join record_keys
        on
            referrals.source = record_keys.source
            and referrals.voice_id = record_keys.record_id
)

select * from kpi_customer_records
