-- A failure means that a prospect reached a stage before it was in the base, or as a
-- customer: durations and conversion rates would count what was no prospecting.
with stages as (select * from {{ ref('fct_prospect_stages') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

customers as (select * from {{ ref('dim_customers') }})

select
    stages.prospect_key,
    stages.stage,
    stages.reached_on,
    prospects.detected_on,
    customers.customer_since_on
from stages
inner join prospects
    on stages.prospect_key = prospects.prospect_key
left join customers
    on
        {{ customer_key('prospects.account_key', 'prospects.prospect_key') }}
        = customers.customer_key
where
    stages.reached_on < prospects.detected_on
    or stages.reached_on > customers.customer_since_on
