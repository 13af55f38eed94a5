-- grain: one row per sale (kind deal, order or quote), with the codes of the
-- dimensions its events carry.
-- Its own rep and campaign; without a campaign the first touch of its prospect, else of
-- the customer's; lead source and persona alike; the attributes of its account.
with deals as (select * from {{ ref('fct_deals') }}),

orders as (select * from {{ ref('fct_orders') }}),

quotes as (select * from {{ ref('fct_quotes') }}),

customers as (select * from {{ ref('dim_customers') }}),

account_codes as (select * from {{ ref('kpi_account_codes') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

products as (select * from {{ ref('dim_products') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

sales as (
    select
        'deal' as kind,
        deal_key as sale_key,
        customer_key,
        account_key,
        prospect_key,
        rep_key,
        campaign_key,
        product_key
    from deals
    union all
    select
        'order' as kind,
        order_key as sale_key,
        customer_key,
        account_key,
        prospect_key,
        rep_key,
        campaign_key,
        null as product_key
    from orders
    union all
    select
        'quote' as kind,
        quote_key as sale_key,
        customer_key,
        account_key,
        prospect_key,
        rep_key,
        null as campaign_key,
        null as product_key
    from quotes
),

-- a customer's contact has no first touch of its own: the customer's counts
people as (
    select
        sales.*,
        case
            when own_prospects.is_prospect then sales.prospect_key
            else coalesce(customers.won_prospect_key, sales.prospect_key)
        end as touched_prospect_key,
        case
            when own_prospects.is_prospect then own_prospects.lead_source
            else coalesce(own_prospects.lead_source, won_prospects.lead_source)
        end as lead_source,
        case
            when own_prospects.is_prospect then own_prospects.persona
            else coalesce(own_prospects.persona, won_prospects.persona)
        end as persona
    from sales
    left join customers
        on sales.customer_key = customers.customer_key
    left join prospects as own_prospects
        on sales.prospect_key = own_prospects.prospect_key
    left join prospects as won_prospects
        on customers.won_prospect_key = won_prospects.prospect_key
),

kpi_sale_dimensions as (
    select
        {% for dimension in ['sector', 'company_size', 'country', 'region'] %}
            coalesce(account_codes.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        people.kind,
        people.sale_key,
        people.rep_key,
        {{ value_codes([
            'rep', 'channel', 'campaign', 'target_segment', 'sender_account',
            'lead_source', 'persona', 'product_family',
        ]) }}
    from people
    left join prospects
        on people.touched_prospect_key = prospects.prospect_key
    left join account_codes
        on people.account_key = account_codes.account_key
    left join reps
        on people.rep_key = reps.rep_key
    left join campaigns as own_campaigns
        on people.campaign_key = own_campaigns.campaign_key
    left join campaigns as first_campaigns
        on prospects.first_touch_campaign_key = first_campaigns.campaign_key
    left join products
        on people.product_key = products.product_key
    {{ join_value_codes({
        'rep': 'reps.rep_id',
        'channel': 'prospects.first_touch_channel',
        'campaign': 'coalesce(own_campaigns.campaign_id, first_campaigns.campaign_id)',
        'target_segment': 'case
                when own_campaigns.campaign_key is not null
                    then own_campaigns.target_segment
                else first_campaigns.target_segment
            end',
        'sender_account': 'prospects.first_touch_sender_account',
        'lead_source': 'people.lead_source',
        'persona': 'people.persona',
        'product_family': 'products.family',
    }) }}
)

select * from kpi_sale_dimensions
