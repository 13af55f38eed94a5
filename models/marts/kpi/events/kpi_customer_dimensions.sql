-- grain: one row per customer, or other account or person who spoke, with the
-- codes of the dimensions its events carry.
-- Rep and team that signed it; first touch, lead source and persona of the prospect
-- that became it; the attributes of its account. Who speaks without a known purchase
-- has its account's owner and earliest prospect.
{% set own = {
    'rep': 'reps.rep_id',
    'team': 'customers.team',
    'channel': 'prospects.first_touch_channel',
    'campaign': 'campaigns.campaign_id',
    'target_segment': 'campaigns.target_segment',
    'sender_account': 'prospects.first_touch_sender_account',
} %}
with buyers as (select * from {{ ref('dim_customers') }}),

voices as (select * from {{ ref('fct_customer_voices') }}),

account_prospects as (select * from {{ ref('fct_account_prospects') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

prospect_codes as (select * from {{ ref('kpi_prospect_codes') }}),

account_codes as (select * from {{ ref('kpi_account_codes') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

speakers as (
    select
        customer_key,
        case when customer_key > 0 then customer_key end as account_key,
        min(said_on) as said_on
    from voices
    where customer_key is not null
    group by all
),

customers as (
    select
        customer_key,
        account_key,
        won_prospect_key,
        rep_key,
        team
    from buyers
    union all
    select
        speakers.customer_key,
        speakers.account_key,
        coalesce(account_prospects.prospect_key, -speakers.customer_key)
            as won_prospect_key,
        accounts.owner_rep_key as rep_key,
        rep_periods.team
    from speakers
    anti join buyers
        on speakers.customer_key = buyers.customer_key
    left join accounts
        on speakers.account_key = accounts.account_key
    left join account_prospects
        on speakers.account_key = account_prospects.account_key
    left join rep_periods
        on
            accounts.owner_rep_key = rep_periods.rep_key
            and speakers.said_on >= rep_periods.valid_from
            and speakers.said_on < rep_periods.valid_before
),

kpi_customer_dimensions as (
    select
        {% for dimension in kpi_who_dimensions() %}
            {% set about = 'prospect' if is_of_person(dimension) else 'account' %}
            coalesce({{ about }}_codes.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        customers.customer_key,
        {{ value_codes(own) }}
    from customers
    left join account_codes
        on customers.account_key = account_codes.account_key
    left join prospects
        on customers.won_prospect_key = prospects.prospect_key
    left join prospect_codes
        on customers.won_prospect_key = prospect_codes.prospect_key
    left join reps
        on customers.rep_key = reps.rep_key
    left join campaigns
        on prospects.first_touch_campaign_key = campaigns.campaign_key
    {{ join_value_codes(own) }}
)

select * from kpi_customer_dimensions
