-- grain: one row per response: the first per prospect and campaign (without one:
-- channel).
-- A reply, an answered call, an accepted invitation or a booked meeting, from a known
-- prospect who was not yet a customer; service, test records and the future are left
-- out.
with activities as (select * from {{ ref('fct_activities') }}),

meetings as (select * from {{ ref('fct_meetings') }}),

campaigns as (select * from {{ ref('int_campaigns') }}),

reply_references as (select * from {{ ref('int_reply_references') }}),

candidates as (
    {% for relation, happened, condition in [
        ('activities', 'occurred', "channel != 'meeting' and meaning in (
            'reply', 'answered', 'accepted', 'meeting_booked'
        )"),
        ('meetings', 'happened', "kind = 'booked'"),
    ] %}
        select
            source,
            activity_id,
            {{ happened }}_at as responded_at,
            {{ happened }}_on as responded_on,
            {{ happened }}_has_time as responded_has_time,
            prospect_key,
            account_key,
            rep_key,
            team,
            channel,
            direction,
            campaign_key,
            sender_account,
            in_reply_to
        from {{ relation }}
        where
            {{ condition }}
            and prospect_key is not null
            and not is_with_customer
            and not is_service
            and not is_test
            and not is_after_as_of
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

answered_touches as (
    select
        reply_references.source,
        reply_references.in_reply_to,
        activities.channel,
        activities.campaign_key,
        activities.rep_key,
        activities.team,
        activities.sender_account
    from reply_references
    inner join activities
        on
            reply_references.answered_source = activities.source
            and reply_references.in_reply_to = activities.activity_id
),

attributed as (
    select
        candidates.source,
        candidates.activity_id,
        candidates.responded_at,
        candidates.responded_on,
        candidates.responded_has_time,
        candidates.prospect_key,
        candidates.account_key,
        coalesce(candidates.rep_key, answered_touches.rep_key) as rep_key,
        case
            when candidates.rep_key is not null then candidates.team
            else answered_touches.team
        end as team,
        coalesce(
            answered_touches.channel,
            case when candidates.direction = 'inbound' then campaigns.channel end,
            candidates.channel
        ) as channel,
        case
            when answered_touches.in_reply_to is not null
                then answered_touches.campaign_key
            else candidates.campaign_key
        end as campaign_key,
        coalesce(answered_touches.sender_account, candidates.sender_account)
            as sender_account
    from candidates
    left join answered_touches
        on
            candidates.source = answered_touches.source
            and candidates.in_reply_to = answered_touches.in_reply_to
    left join campaigns
        on candidates.campaign_key = campaigns.campaign_key
),

fct_responses as (
    select
        source,
        activity_id,
        responded_at,
        responded_on,
        responded_has_time,
        prospect_key,
        account_key,
        rep_key,
        team,
        channel,
        campaign_key,
        sender_account,
        {{ is_message_channel('channel') }} as is_message_response
    from attributed
    qualify
        row_number() over (
            partition by
                prospect_key,
                campaign_key,
                case when campaign_key is null then channel end
            order by responded_on, responded_has_time, responded_at, source, activity_id
        ) = 1
)

select * from fct_responses
