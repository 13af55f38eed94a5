-- grain: one row per customer, with the dimensions its events carry
-- Rep and team that signed it; first touch, lead source and persona of the prospect
-- that became it; the attributes of its account.
with customers as (select * from {{ ref('dim_customers') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

kpi_customer_dimensions as (
    select
        customers.customer_key,
        coalesce(reps.rep_id, '(unknown)') as rep,
        coalesce(customers.team, '(unknown)') as team,
        coalesce(prospects.first_touch_channel, '(unknown)') as channel,
        coalesce(campaigns.campaign_id, '(unknown)') as campaign,
        coalesce(campaigns.target_segment, '(unknown)') as target_segment,
        coalesce(prospects.first_touch_sender_account, '(unknown)') as sender_account,
        coalesce(prospects.lead_source, '(unknown)') as lead_source,
        coalesce(prospects.persona, '(unknown)') as persona,
        coalesce(accounts.sector, prospects.sector, '(unknown)') as sector,
        coalesce(accounts.company_size, prospects.company_size, '(unknown)')
            as company_size,
        coalesce(accounts.country, prospects.country, '(unknown)') as country,
        coalesce(accounts.region, prospects.region, '(unknown)') as region
    from customers
    left join accounts
        on customers.account_key = accounts.account_key
    left join prospects
        on customers.won_prospect_key = prospects.prospect_key
    left join reps
        on customers.rep_key = reps.rep_key
    left join campaigns
        on prospects.first_touch_campaign_key = campaigns.campaign_key
)

select * from kpi_customer_dimensions
