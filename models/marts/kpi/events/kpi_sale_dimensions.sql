-- grain: one row per sale (kind deal, order or quote), with the dimensions its events
-- carry.
-- Its own rep and campaign; without a campaign the first touch of its prospect, else of
-- the customer's; lead source and persona alike; the attributes of its account.
with deals as (select * from {{ ref('fct_deals') }}),

orders as (select * from {{ ref('fct_orders') }}),

quotes as (select * from {{ ref('fct_quotes') }}),

customers as (select * from {{ ref('dim_customers') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

products as (select * from {{ ref('dim_products') }}),

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
        people.kind,
        people.sale_key,
        people.rep_key,
        coalesce(reps.rep_id, '(unknown)') as rep,
        coalesce(prospects.first_touch_channel, '(unknown)') as channel,
        coalesce(
            own_campaigns.campaign_id, first_campaigns.campaign_id, '(unknown)'
        ) as campaign,
        coalesce(
            case
                when own_campaigns.campaign_key is not null
                    then own_campaigns.target_segment
                else first_campaigns.target_segment
            end,
            '(unknown)'
        ) as target_segment,
        coalesce(prospects.first_touch_sender_account, '(unknown)') as sender_account,
        coalesce(people.lead_source, '(unknown)') as lead_source,
        coalesce(people.persona, '(unknown)') as persona,
        coalesce(accounts.sector, '(unknown)') as sector,
        coalesce(accounts.company_size, '(unknown)') as company_size,
        coalesce(accounts.country, '(unknown)') as country,
        coalesce(accounts.region, '(unknown)') as region,
        coalesce(products.family, '(unknown)') as product_family
    from people
    left join prospects
        on people.touched_prospect_key = prospects.prospect_key
    left join accounts
        on people.account_key = accounts.account_key
    left join reps
        on people.rep_key = reps.rep_key
    left join campaigns as own_campaigns
        on people.campaign_key = own_campaigns.campaign_key
    left join campaigns as first_campaigns
        on prospects.first_touch_campaign_key = first_campaigns.campaign_key
    left join products
        on people.product_key = products.product_key
)

select * from kpi_sale_dimensions
