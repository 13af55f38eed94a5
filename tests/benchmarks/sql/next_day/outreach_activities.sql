-- adds: what was done in the day, the answers to it, and what was typed in late
with
touches as (
    select
        *,
        named('T', met_no) as activity_id,
        in_the_day(met_no, 'touch') as moment,
        ['email', 'email', 'email', 'call', 'call', 'linkedin'][
            1 + floor(6 * draw(met_no, 'channel'))::integer
        ] as channel
    from met
    where met_no > getvariable('late_count')
),

-- entered today, happened on any day of the two years before
late as (
    select
        *,
        named('T', met_no) as activity_id,
        in_the_day(met_no, 'touch')
        - to_days((1 + floor(700 * draw(met_no, 'how late')))::integer) as moment,
        'call' as channel
    from met
    where met_no <= getvariable('late_count')
),

answers as (
    select * replace (activity_id || 'R' as activity_id, moment + to_minutes(45) as moment),
        activity_id as in_reply_to
    from touches
    where channel != 'call' and draw(met_no, 'answers') < 0.08
),

happened as (
    select *, 'outbound' as direction, null as in_reply_to,
        case channel
            when 'email' then ['sent', 'opened'][1 + floor(2 * draw(met_no, 'outcome'))::integer]
            when 'linkedin' then 'sent'
            else ['voicemail', 'no_answer', 'answered'][
                1 + floor(3 * draw(met_no, 'outcome'))::integer
            ]
        end as outcome
    from (from touches union all by name from late)
    union all by name
    select *, 'inbound' as direction, 'reply' as outcome from answers
)

select
    activity_id, in_french_time(moment) as occurred_at, channel, direction, outcome, prospect_id,
    null as account_id, rep_id, null as campaign_id, null as message_variant,
    null as sender_account, null as email, null as linkedin_url, null as phone,
    null as created_at,
    case when outcome = 'answered' then 30 + floor(400 * draw(met_no, 'length'))::integer end
        as duration_seconds,
    'non' as is_service, in_reply_to
from happened
order by happened.moment, activity_id
