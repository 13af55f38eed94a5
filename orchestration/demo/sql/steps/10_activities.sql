-- Every activity, narrow: who, when, what. The export adds names and addresses.
create table activities as
with
prospecting as (
    select
        touches.prospect_no,
        sequences.rep_no,
        touches.step_no,
        touches.channel,
        touches.outcome,
        touches.work_minute,
        touches.campaign_id,
        touches.has_variant_a
    from touches
    inner join sequences on touches.prospect_no = sequences.prospect_no
),

written_answers as (
    select
        prospect_no,
        step_no,
        case when channel = 'mail' then 'call' else channel end as channel,
        case when channel = 'mail' then 'answered' else 'reply' end as outcome,
        answered_minute as work_minute
    from answers
    where channel in ('email', 'mail')

    union all

    select
        prospect_no,
        step_no,
        channel,
        'reply',
        work_minute
        + floor(long_tail(prospect_no * 64 + step_no, 'replies after', 160, 1.0))
    from follow_ups
    where is_answered and channel != 'call'
),

automatic_answers as (
    select
        touches.prospect_no,
        touches.step_no,
        touches.work_minute + 1 as work_minute
    from touches
    inner join work_clock on touches.work_minute = work_clock.work_minute
    where
        touches.channel = 'email'
        and touches.outcome in ('sent', 'opened')
        and draw(touches.prospect_no * 64 + touches.step_no, 'away')
        < case when month(work_clock.wall_at) in (8, 12) then 0.09 else 0.018 end
),

planned as (
    select
        prospect_no, rep_no, step_no, '' as suffix, channel, 'outbound' as direction,
        outcome,
        work_minute, null::integer as created_minute, campaign_id, has_variant_a,
        false as is_service, null::integer as account_no
    from prospecting

    union all
    select
        written_answers.prospect_no, sequences.rep_no, written_answers.step_no, 'R',
        written_answers.channel, 'inbound', written_answers.outcome,
        written_answers.work_minute::integer, null, null, null, false, null
    from written_answers
    inner join sequences on written_answers.prospect_no = sequences.prospect_no
    where written_answers.work_minute <= getvariable('as_of_minute')

    union all
    select
        automatic_answers.prospect_no, sequences.rep_no, automatic_answers.step_no, 'A',
        'email', 'inbound', 'auto_reply', automatic_answers.work_minute,
        null, null, null, false, null
    from automatic_answers
    inner join sequences on automatic_answers.prospect_no = sequences.prospect_no
    where automatic_answers.work_minute <= getvariable('as_of_minute')

    union all
    select
        follow_ups.prospect_no, sequences.rep_no, follow_ups.step_no, '',
        follow_ups.channel,
        'outbound', follow_ups.outcome, follow_ups.work_minute, null, null, null,
        false, null
    from follow_ups
    inner join sequences on follow_ups.prospect_no = sequences.prospect_no

    union all
    -- a meeting is known from the day it was booked; its outcome only once it was due
    select
        meetings.prospect_no, sequences.rep_no, meetings.meeting_no, '', 'meeting',
        'outbound',
        case when meetings.held_minute <= getvariable('as_of_minute')
            then meetings.outcome else 'booked' end,
        meetings.held_minute, meetings.booked_minute, null, null, false, null
    from meetings
    inner join sequences on meetings.prospect_no = sequences.prospect_no
    where meetings.booked_minute <= getvariable('as_of_minute')

    union all
    select
        prospect_no, rep_no, step_no, '', channel, 'outbound',
        case channel
            when 'meeting' then
                case when outcome_draw < 0.05 then 'no_show' else 'held' end
            when 'call' then
                case when outcome_draw < 0.48 then 'answered'
                    when outcome_draw < 0.78 then 'voicemail' else 'no_answer' end
            else case when outcome_draw < 0.4 then 'sent' else 'opened' end
        end,
        work_minute, case when channel = 'meeting' then work_minute - 2400 end,
        null, null, is_service, account_no
    from customer_care
)

select * replace (served_by(rep_no, work_minute) as rep_no)
from planned;
