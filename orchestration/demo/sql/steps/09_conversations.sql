-- What is said after the first answer: follow-ups until the deal is decided, and the
-- care of customers, most of which is service and no prospecting.
create table follow_ups as
with
talks as (
    select
        engagements.prospect_no,
        engagements.is_interested,
        engagements.engaged_minute + 480 as from_minute,
        least(
            coalesce(
                planned_deals.closed_minute,
                engagements.qualified_minute + 3000,
                engagements.disqualified_minute,
                engagements.engaged_minute + 480 * 25
            ),
            engagements.engaged_minute + 480 * 90
        ) as until_minute
    from engagements
    left join planned_deals on engagements.prospect_no = planned_deals.deal_key
),

counted as (
    select
        *,
        case
            when is_interested then
                3 + floor((until_minute - from_minute) / (480 * 6.5)
                    * (0.7 + 0.6 * draw(prospect_no, 'follow-ups')))
            else floor(3.2 * draw(prospect_no, 'follow-ups'))
        end as follow_up_count
    from talks
    where until_minute > from_minute
),

spread as (
    select
        prospect_no,
        is_interested,
        follow_up_no,
        prospect_no * 64 + 20 + follow_up_no as touch_no,
        from_minute + floor(
            (until_minute - from_minute)
            * (
                follow_up_no + 0.2
                + 0.6 * draw(prospect_no * 64 + follow_up_no, 'spread')
            )
            / follow_up_count
        ) as work_minute
    from (
        select *, unnest(range(least(follow_up_count, 28)::bigint)) as follow_up_no
        from counted
    )
),

chosen as (
    select
        *,
        case
            when channel_draw < 0.46 then 'call'
            when channel_draw < 0.94 then 'email'
            else 'linkedin'
        end as channel
    from (select *, draw(touch_no, 'channel') as channel_draw from spread)
    where work_minute <= getvariable('as_of_minute')
),

answered as (
    select
        *,
        draw(touch_no, 'answer')
        < case channel when 'call' then 0.44 when 'email' then 0.20 else 0.16 end
        * case when is_interested then 1 else 0.45 end as is_answered,
        draw(touch_no, 'outcome') as outcome_draw
    from chosen
)

select
    prospect_no,
    (20 + follow_up_no)::integer as step_no,
    channel,
    work_minute::integer as work_minute,
    is_answered,
    case
        when channel = 'call' then
            case
                when is_answered then 'answered'
                when outcome_draw < 0.52 then 'voicemail'
                when outcome_draw < 0.90 then 'no_answer'
                when outcome_draw < 0.96 then 'gatekeeper'
                else 'busy'
            end
        when channel = 'email' then
            case when outcome_draw < 0.45 then 'sent' else 'opened' end
        else 'sent'
    end as outcome
from answered;

create table customer_care as
with
spread as (
    select
        prospect_no,
        account_no,
        rep_no,
        prospect_no * 64 + care_no as touch_no,
        care_no,
        won_minute + 300 + floor(480 * 13 * (
            care_no + 0.8 * draw(prospect_no * 64 + care_no, 'care')
        )) as work_minute
    from (
        select
            *,
            unnest(range(least(
                30, floor((getvariable('as_of_minute') - won_minute) / (480 * 13))
            )::bigint)) as care_no
        from customers
    )
)

select
    prospect_no,
    account_no,
    rep_no,
    touch_no,
    (64 + care_no)::integer as step_no,
    work_minute::integer as work_minute,
    case
        when care_no % 6 = 5 then 'meeting'
        when draw(touch_no, 'care channel') < 0.55 then 'email'
        else 'call'
    end as channel,
    care_no % 6 != 5 and draw(touch_no, 'care kind') < 0.72 as is_service,
    draw(touch_no, 'care outcome') as outcome_draw
from spread
where work_minute <= getvariable('as_of_minute');
