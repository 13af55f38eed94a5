-- grain: one row per activity: a call, e-mail, LinkedIn message, meeting, letter or
-- SMS.
-- The largest table: read once from staging, written once, and counted in one pass.
{{ config(meta={'joins_as_written': true}) }}
with activities as (select * from {{ ref('int_activities_resolved') }}),

clock as (select * from {{ ref('int_clock') }}),

meanings as (select * from {{ ref('int_activity_meanings') }}),

prospects as (select * from {{ ref('int_prospects') }}),

accounts as (select * from {{ ref('int_accounts') }}),

customers as (select * from {{ ref('int_customers') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

rep_secret as (select * from {{ ref('int_rep_secret') }}),

described as (
    select
        activities.*,
        case
            when meanings.meaning is not null then meanings.meaning
            when activities.channel = 'meeting' then 'meeting_planned'
            when activities.direction = 'outbound' then 'sent'
            else 'nothing'
        end as meaning,
        meanings.meaning is not null as is_known_outcome,
        coalesce(activities.own_account_key, prospects.account_key) as account_key,
        coalesce(prospects.is_test, false) as is_test_prospect,
        prospects.opted_out_on,
        case
            when activities.prospect_key is not null
                then
                    {{ customer_key(
                        'prospects.account_key', 'activities.prospect_key'
                    ) }}
            else activities.own_account_key
        end as customer_key,
        rep_periods.team,
        {{ shown_word('outcome', 'activities.outcome') }} as shown_outcome,
        {{ shown_word('message_variant', 'activities.message_variant') }}
            as shown_variant,
        {{ shown_word('sender_account', 'activities.sender_account') }} as shown_sender
    from activities
    left join meanings
        on
            activities.channel = meanings.channel
            and activities.direction = meanings.direction
            and coalesce(activities.outcome, '') = meanings.outcome
    left join prospects
        on activities.prospect_key = prospects.prospect_key
    left join rep_periods
        on
            activities.rep_key = rep_periods.rep_key
            and activities.occurred_on >= rep_periods.valid_from
            and activities.occurred_on < rep_periods.valid_before
    {% for field in ['outcome', 'message_variant', 'sender_account'] %}
        {{ join_shown_word(field, 'activities.' ~ field, is_exact=true) }}
    {% endfor %}
),

flagged as (
    select
        described.*,
        case
            when rep_secret.secret is null then described.shown_sender
            else {{ rep_pseudonym('described.sender_account', 'sender') }}
        end as shown_sender_account,
        described.is_test_prospect or coalesce(accounts.is_test, false) as is_test,
        described.occurred_on > clock.as_of as is_after_as_of,
        {{ happened_before('customers.customer_since', 'described.occurred') }}
            as is_with_customer,
        described.direction = 'outbound'
        and described.channel != 'meeting'
        and not described.is_service
        and described.meaning != 'not_sent' as is_touch
    from described
    cross join clock
    cross join rep_secret
    left join accounts
        on described.account_key = accounts.account_key
    left join customers
        on described.customer_key = customers.customer_key
),

fct_activities as (
    select
        source,
        activity_id,
        occurred_at,
        occurred_on,
        occurred_has_time,
        created_at,
        created_on,
        created_has_time,
        channel,
        direction,
        shown_outcome as outcome,
        meaning,
        is_known_outcome,
        prospect_key,
        nobody_found_by,
        account_key,
        customer_key,
        rep_key,
        team,
        campaign_key,
        shown_variant as message_variant,
        shown_sender_account as sender_account,
        duration_seconds,
        in_reply_to,
        is_service,
        is_test,
        is_after_as_of,
        is_with_customer,
        is_touch,
        is_touch and not is_with_customer as is_prospecting_touch,
        channel = 'call' and meaning in ('answered', 'reply', 'meeting_booked')
            as is_answered_call,
        is_touch and coalesce(occurred_on > opted_out_on, false) as is_after_opt_out
    from flagged
)

select * from fct_activities
