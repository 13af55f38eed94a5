-- grain: one row per event of revenue: an order, its amount, a line's revenue and
-- margin.
-- Revenue comes from orders when any source supplies them, else from won deals, unless
-- the settings say which. A credit note is revenue and margin, and no order.
{% set measures = [
    ('revenue', 'amount', 'true', 'amount is null'),
    (
        'new_customer_revenue', 'amount', 'is_new_customer',
        'is_new_customer and amount is null',
    ),
    ('margin', 'amount - cost', 'cost is not null', 'amount - cost is null'),
] %}
with orders as (
    select * from {{ ref('fct_orders') }}
    where
        status = 'placed'
        and not is_test
        and not is_after_as_of
),

order_lines as (select * from {{ ref('fct_order_lines') }}),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

products as (select * from {{ ref('dim_products') }}),

customers as (select * from {{ ref('dim_customers') }}),

clock as (select * from {{ ref('dim_clock') }}),

dimensions as (select * from {{ ref('kpi_sale_dimensions') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

basis as (
    select
        {{ revenue_basis() }} as revenue_from
    from clock
),

revenues as (
    select
        'order' as kind,
        orders.order_key as sale_key,
        orders.customer_key,
        orders.ordered_on as day,
        orders.is_credit_note,
        order_lines.converted_net_amount as amount,
        order_lines.converted_cost_amount as cost,
        coalesce(products.family, '(unknown)') as product_family
    from orders
    inner join order_lines
        on orders.order_key = order_lines.order_key
    left join products
        on order_lines.product_key = products.product_key
    where (select basis.revenue_from from basis) = 'orders'
    union all
    select
        'order' as kind,
        order_key as sale_key,
        customer_key,
        ordered_on as day,
        is_credit_note,
        converted_net_amount as amount,
        null as cost,
        '(unknown)' as product_family
    from orders
    where
        not has_lines
        and (select basis.revenue_from from basis) = 'orders'
    union all
    select
        'deal' as kind,
        deal_key as sale_key,
        customer_key,
        closed_on as day,
        false as is_credit_note,
        converted_amount as amount,
        null as cost,
        cast(null as varchar) as product_family
    from deals
    where (select basis.revenue_from from basis) = 'deals'
),

placed_revenues as (
    select
        revenues.*,
        revenues.day - customers.customer_since_on between 0 and 89 as is_new_customer
    from revenues
    left join customers
        on revenues.customer_key = customers.customer_key
),

known_revenues as (
    select * from placed_revenues
    where amount is not null
),

events as (
    select
        'order' as event,
        'order' as kind,
        order_key as sale_key,
        ordered_on as day,
        cast(null as decimal(32, 10)) as amount,
        cast(null as varchar) as product_family
    from orders
    where not is_credit_note
    union all
    select
        'order_amount' as event,
        'order' as kind,
        order_key as sale_key,
        ordered_on as day,
        converted_net_amount as amount,
        null as product_family
    from orders
    where
        converted_net_amount is not null
        and not is_credit_note
    union all
    {% for event, amount, condition, is_unknown in measures %}
        select
            '{{ event }}' as event,
            kind,
            sale_key,
            day,
            {{ amount }} as amount,
            product_family
        from known_revenues
        where {{ condition }}
        union all
        -- a sale whose amount nobody knows, where others' are known, is no sale of 0
        select distinct
            '{{ event }}' as event,
            kind,
            sale_key,
            day,
            cast(null as decimal(32, 10)) as amount,
            product_family
        from placed_revenues
        where
            {{ is_unknown }}
            and (
                select count(*) from known_revenues
                where {{ condition }}
            ) > 0
        union all
        -- how many sales are behind the amount: over everything, and by product family
        select distinct
            '{{ event }}_sale' as event,
            kind,
            sale_key,
            day,
            cast(null as decimal(32, 10)) as amount,
            cast(null as varchar) as product_family
        from known_revenues
        where
            {{ condition }}
            and not is_credit_note
        union all
        select distinct
            '{{ event }}_family' as event,
            kind,
            sale_key,
            day,
            cast(null as decimal(32, 10)) as amount,
            product_family
        from known_revenues
        where
            {{ condition }}
            and not is_credit_note
        union all
    {% endfor %}
    select
        'revenue_cost_known' as event,
        kind,
        sale_key,
        day,
        amount,
        product_family
    from known_revenues
    where cost is not null
),

kpi_order_events as (
    select
        events.event,
        concat(events.kind, 's') as record_entity,
        events.sale_key as record_key,
        events.day,
        cast(events.amount as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days,
        dimensions.rep,
        team_values.value_code as team,
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
        case
            when events.event in ('order', 'order_amount') or events.event like '%_sale'
                then null
            else coalesce(family_values.value_code, dimensions.product_family)
        end as product_family,
        cast(null as integer) as cost_type
    from events
    inner join dimensions
        on
            events.kind = dimensions.kind
            and events.sale_key = dimensions.sale_key
    left join rep_periods
        on
            dimensions.rep_key = rep_periods.rep_key
            and events.day >= rep_periods.valid_from
            and events.day < rep_periods.valid_before
    {{ join_value_codes({'team': 'rep_periods.team'}) }}
    left join dimension_values as family_values
        on
            family_values.dimension = 'product_family'
            and events.product_family = family_values.dimension_value
)

select * from kpi_order_events
