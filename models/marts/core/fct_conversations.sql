-- grain: one row per conversation: the first per person (else company), channel and
-- day.
-- A call answered by somebody who is not a gatekeeper, a meeting held, a reply
-- received; service, test records and the future are left out.
with activities as (select * from {{ ref('fct_activities') }}),

fct_conversations as (
    select
        source,
        activity_id,
        occurred_at,
        occurred_on,
        occurred_has_time,
        prospect_key,
        account_key,
        customer_key,
        rep_key,
        team,
        channel,
        campaign_key,
        sender_account,
        is_with_customer
    from activities
    where
        (
            (channel = 'meeting' and meaning = 'held')
            or (
                channel != 'meeting'
                and meaning in ('answered', 'reply', 'meeting_booked')
            )
        )
        and not is_service
        and not is_test
        and not is_after_as_of
    qualify
        row_number() over (
            partition by
                prospect_key,
                case when prospect_key is null then account_key end,
                case
                    when coalesce(prospect_key, account_key) is null
                        then concat(source, ':', activity_id)
                end,
                channel,
                occurred_on
            order by
                occurred_has_time desc,
                occurred_at asc,
                source asc,
                activity_id asc
        ) = 1
)

select * from fct_conversations
