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

prospects as (select * from {{ ref('kpi_prospect_codes') }}),

accounts as (select * from {{ ref('kpi_account_codes') }}),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

record_keys as (
    select * from {{ ref('kpi_record_keys') }}
    where entity = 'activities'
),

events as (
    select
        unnest(
            case
                when is_message_response then ['response', 'message_response']
                else ['response']
            end
        ) as event,
        responded_on as day,
        source,
        activity_id,
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
        source,
        activity_id,
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
        source,
        activity_id,
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
        'activities' as record_entity,
        record_keys.record_key,
        events.day,
        cast(null as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days,
        {{ value_codes([
            'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
        ]) }},
        {{ who_codes() }},
        cast(null as integer) as product_family,
        cast(null as integer) as cost_type
    from events
    left join record_keys
        on
            events.source = record_keys.source
            and events.activity_id = record_keys.record_id
    left join prospects
        on events.prospect_key = prospects.prospect_key
    left join accounts
        on events.account_key = accounts.account_key
    left join reps
        on events.rep_key = reps.rep_key
    left join campaigns
        on events.campaign_key = campaigns.campaign_key
    {{ join_value_codes({
        'rep': 'reps.rep_id',
        'team': 'events.team',
        'channel': 'events.channel',
        'campaign': 'campaigns.campaign_id',
        'target_segment': 'campaigns.target_segment',
        'sender_account': 'events.sender_account',
    }) }}
)

select * from kpi_exchange_events
