-- grain: one row per campaign, message variant and sender account: whom it touched and
-- who answered.
-- A response counts for the last touch of its campaign and channel before it; leads and
-- customers for the touch that first reached them.
with touches as (
    select * from {{ ref('fct_activities') }}
    where
        is_prospecting_touch
        and not is_test
        and not is_after_as_of
        and campaign_key is not null
),

responses as (
    select * from {{ ref('fct_responses') }}
    where campaign_key is not null
),

prospects as (
    select * from {{ ref('dim_prospects') }}
    where is_prospect
),

first_touches as (
    select * from {{ ref('fct_first_touches') }}
    where
        basis = 'touch'
        and campaign_key is not null
),

touched as (
    select
        campaign_key,
        message_variant,
        sender_account,
        prospect_key,
        count(*) as touches,
        count(*) filter (where {{ is_message_channel('channel') }})
            as messages
    from touches
    group by all
),

answered as (
    select
        responses.prospect_key,
        responses.campaign_key,
        responses.is_message_response,
        touches.message_variant,
        touches.sender_account
    from responses
    inner join touches
        on
            responses.prospect_key = touches.prospect_key
            and responses.campaign_key = touches.campaign_key
            and responses.channel = touches.channel
            and responses.responded_on >= touches.occurred_on
            and responses.responded_at >= touches.occurred_at
    qualify
        row_number() over (
            partition by responses.source, responses.activity_id
            order by
                touches.occurred_at desc,
                touches.source asc,
                touches.activity_id asc
        ) = 1
),

counted as (
    select
        campaign_key,
        message_variant,
        sender_account,
        sum(touches) as touches,
        sum(messages) as messages,
        count(prospect_key) as prospects_touched,
        0 as prospects_responded,
        0 as message_responses,
        0 as leads,
        0 as customers
    from touched
    group by all
    union all
    select
        campaign_key,
        message_variant,
        sender_account,
        0 as touches,
        0 as messages,
        0 as prospects_touched,
        count(*) as prospects_responded,
        count(*) filter (where is_message_response) as message_responses,
        0 as leads,
        0 as customers
    from answered
    group by all
    union all
    select
        first_touches.campaign_key,
        first_touches.message_variant,
        first_touches.sender_account,
        0 as touches,
        0 as messages,
        0 as prospects_touched,
        0 as prospects_responded,
        0 as message_responses,
        count(*) filter (
            where prospects.reached_stage_order >= {{ stage_order("'engaged'") }}
        ) as leads,
        count(*) filter (
            where prospects.reached_stage_order >= {{ stage_order("'won'") }}
        ) as customers
    from first_touches
    inner join prospects
        on first_touches.prospect_key = prospects.prospect_key
    group by all
),

kpi_campaign_responses as (
    select
        {% for measure in [
            'touches', 'messages', 'prospects_touched', 'prospects_responded',
            'message_responses', 'leads', 'customers',
        ] %}
            cast(sum({{ measure }}) as bigint) as {{ measure }},
        {% endfor %}
        campaign_key,
        coalesce(message_variant, '(unknown)') as message_variant,
        coalesce(sender_account, '(unknown)') as sender_account
    from counted
    group by
        campaign_key,
        coalesce(message_variant, '(unknown)'),
        coalesce(sender_account, '(unknown)')
)

select * from kpi_campaign_responses
