-- grain: one row per event of an exchange: a response, a conversation, a meeting.
-- Rep, team, channel, campaign and sender are those of what happened (of a response: of
-- the touch it answers); who it was with gives the rest.
with responses as (select * from {{ ref('fct_responses') }}),

conversations as (select * from {{ ref('fct_conversations') }}),

meetings as (
    select * from {{ ref('fct_meetings') }}
    where
        not is_test
        and not is_after_as_of
),

prospects as (select * from {{ ref('dim_prospects') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

events as (
    select
        unnest(
            case
                when is_message_response then ['response', 'message_response']
                else ['response']
            end
        ) as event,
        responded_on as day,
        prospect_key,
        account_key,
        rep_key,
        team,
        channel,
        campaign_key,
        sender_account
    from responses
    union all
    select
        unnest(
            case
                when is_with_customer then ['conversation']
                else ['conversation', 'prospect_conversation']
            end
        ) as event,
        occurred_on as day,
        prospect_key,
        account_key,
        rep_key,
        team,
        channel,
        campaign_key,
        sender_account
    from conversations
    union all
    select
        case
            when kind = 'booked' then 'meeting_booked'
            when kind = 'no_show' then 'meeting_no_show'
            when is_with_customer then 'meeting_held_customer'
            else 'meeting_held_prospect'
        end as event,
        happened_on as day,
        prospect_key,
        account_key,
        rep_key,
        team,
        channel,
        campaign_key,
        sender_account
    from meetings
    where
        kind != 'booked'
        or not is_with_customer
),

kpi_exchange_events as (
    select
        events.event,
        cast(events.prospect_key as varchar) as entity_id,
        events.day,
        cast(null as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days,
        coalesce(reps.rep_id, '(unknown)') as rep,
        coalesce(events.team, '(unknown)') as team,
        coalesce(events.channel, '(unknown)') as channel,
        coalesce(campaigns.campaign_id, '(unknown)') as campaign,
        coalesce(campaigns.target_segment, '(unknown)') as target_segment,
        coalesce(events.sender_account, '(unknown)') as sender_account,
        coalesce(prospects.lead_source, '(unknown)') as lead_source,
        coalesce(prospects.persona, '(unknown)') as persona,
        coalesce(prospects.sector, accounts.sector, '(unknown)') as sector,
        coalesce(prospects.company_size, accounts.company_size, '(unknown)')
            as company_size,
        coalesce(prospects.country, accounts.country, '(unknown)') as country,
        coalesce(prospects.region, accounts.region, '(unknown)') as region,
        cast(null as varchar) as product_family,
        cast(null as varchar) as cost_type
    from events
    left join prospects
        on events.prospect_key = prospects.prospect_key
    left join accounts
        on events.account_key = accounts.account_key
    left join reps
        on events.rep_key = reps.rep_key
    left join campaigns
        on events.campaign_key = campaigns.campaign_key
)

select * from kpi_exchange_events
