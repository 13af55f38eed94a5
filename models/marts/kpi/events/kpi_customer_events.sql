-- grain: one row per customer and event: new, first and second order, a change of
-- activity
with customers as (select * from {{ ref('dim_customers') }}),

activity as (select * from {{ ref('fct_customer_activity') }}),

orders as (select * from {{ ref('kpi_customer_orders') }}),

dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

events as (
    select
        customer_key,
        'customer_new' as event,
        customer_since_on as day,
        cast(null as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days
    from customers
    union all
    select
        customer_key,
        case
            when order_number = 1 then 'customer_first_order'
            else 'customer_second_order'
        end as event,
        ordered_on as day,
        1 as amount,
        null as lag_days
    from orders
    where order_number <= 2
    union all
    select
        customer_key,
        'first_order>second_order' as event,
        first_ordered_on as day,
        null as amount,
        ordered_on - first_ordered_on as lag_days
    from orders
    where is_next_sale
    union all
    select
        customer_key,
        'active_customer' as event,
        active_from as day,
        1 as amount,
        null as lag_days
    from activity
    union all
    select
        customer_key,
        'active_customer' as event,
        active_to + 1 as day,
        -1 as amount,
        null as lag_days
    from activity
    where active_to is not null
),

kpi_customer_events as (
    select
        events.event,
        'customers' as record_entity,
        events.customer_key as record_key,
        events.day,
        cast(events.amount as decimal(32, 10)) as amount,
        events.lag_days,
        dimensions.rep,
        dimensions.team,
        dimensions.channel,
        dimensions.campaign,
        dimensions.target_segment,
        dimensions.sender_account,
        dimensions.lead_source,
        dimensions.persona,
        dimensions.sector,
        dimensions.company_size,
        dimensions.country,
        dimensions.region,
        cast(null as integer) as product_family,
        cast(null as integer) as cost_type
    from events
    inner join dimensions
        on events.customer_key = dimensions.customer_key
)

select * from kpi_customer_events
