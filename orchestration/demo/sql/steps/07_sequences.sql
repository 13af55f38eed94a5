-- Prospecting: who is contacted when, by what sequence of touches, and which touch is
-- the first one to be answered. What was planned after that is not sent.
create table sequences as
with
planned as (
    select
        prospects.*,
        reps.skill,
        reps.persistence,
        draw(prospects.prospect_no, 'open') < least(
            prospects.openness * power(reps.skill, 0.6), 0.9
        ) as is_open,
        substr(
            prospects.plans,
            1 + floor(10 * draw(prospects.prospect_no, 'plan'))::integer,
            1
        ) as listed_plan,
        draw(prospects.prospect_no, 'rather call') < reps.call_bias as rather_calls,
        prospects.detected_minute + 5 + floor(
            long_tail(
                prospects.prospect_no, 'first contact',
                prospects.delay_minutes / reps.persistence, prospects.delay_spread
            )
        ) as first_minute
    from prospects
    inner join reps on prospects.rep_no = reps.rep_no
    where draw(prospects.prospect_no, 'contacted') < prospects.contact_share
),

started as (
    select
        planned.*,
        quarter_of(work_clock.wall_at) as quarter,
        season_of(work_clock.wall_at) as season,
        half_year_of(work_clock.wall_at) as half_year
    from planned
    inner join work_clock on planned.first_minute::integer = work_clock.work_minute
    where planned.first_minute <= getvariable('as_of_minute')
),

chosen as (
    select
        *,
        case
            when listed_plan = 'C' and not has_mailing(quarter) then 'E'
            when listed_plan = 'E' and rather_calls then 'A'
            else listed_plan
        end as plan
    from started
)

select
    prospect_no,
    account_no,
    rep_no,
    day,
    email is not null as has_email,
    has_bad_email,
    is_open,
    -- some no longer answer, open to an exchange or not: the others stay as they were
    draw(prospect_no, 'answers at all') < remaining_chance('engaged', day)
        as may_answer,
    skill,
    first_minute::integer as first_minute,
    plan,
    least(8, 1 + floor(
        7.6 * power(draw(prospect_no, 'length'), 0.95) * persistence
    ))::integer as length,
    -- the second wave comes three to seven months after the first
    case when draw(prospect_no, 'second wave') < 0.34
        then 9000 + 480 * floor(65 + 85 * draw(prospect_no, 'second wave when'))
    end::integer as second_wave_minutes,
    -- half of those who are called first belong to no campaign: the rep's own list
    case
        when lead_source = 'Site web' then 'WEB-ENTRANTS'
        when plan = 'E' then 'EML-' || season || '-' || segment
        when plan = 'L' then 'LKD-' || season
        when plan = 'C' then 'MLG-' || quarter
        when draw(prospect_no, 'own list') < 0.5 then 'TEL-' || half_year
    end as campaign_id,
    draw(prospect_no, 'variant') < 0.5 as has_variant_a,
    -- drawn anew for the second wave: who is left to receive it depends on the first
    draw(prospect_no, 'second variant') < 0.5 as has_second_variant_a
from chosen;

create table planned_touches as
with
laid_out as (
    select
        sequences.prospect_no,
        plan_steps.step_no,
        plan_steps.channel,
        sequences.is_open,
        sequences.may_answer,
        sequences.has_bad_email,
        case when plan_steps.step_no > 10 then 'REL' else sequences.campaign_id end
            as campaign_id,
        case when plan_steps.step_no > 10 then sequences.has_second_variant_a
            else sequences.has_variant_a end as has_variant_a,
        sequences.prospect_no * 64 + plan_steps.step_no as touch_no,
        sequences.first_minute + plan_steps.minutes_later
        + case when plan_steps.step_no > 10
            then sequences.second_wave_minutes else 0 end
        + case when plan_steps.step_no > 1 then floor(
            420 * draw(sequences.prospect_no * 64 + plan_steps.step_no, 'slack')
        ) else 0 end as work_minute
    from sequences
    inner join plan_steps on sequences.plan = plan_steps.plan
    where
        (plan_steps.step_no <= sequences.length
            or (plan_steps.step_no > 10 and sequences.second_wave_minutes is not null))
        and (plan_steps.channel != 'email' or (
            sequences.has_email
            and (not sequences.has_bad_email or plan_steps.email_rank = 1)
        ))
),

answered as (
    select
        *,
        case
            when not may_answer or (channel = 'email' and has_bad_email) then 0
            when channel = 'email' and is_open
                then email_chance(campaign_id, has_variant_a)
            when channel = 'email' then 0.004
            when channel = 'call' and is_open then 0.40
            when channel = 'call' then 0.035
            when channel = 'linkedin' and is_open then 0.50
            when channel = 'linkedin' then 0.16
            when is_open then 0.09
            else 0.004
        end * case when step_no > 10 then 0.7 else 1 end as answer_chance,
        draw(touch_no, 'answer') < answer_chance as is_answered,
        draw(touch_no, 'outcome') as outcome_draw
    from laid_out
    where work_minute <= getvariable('as_of_minute')
)

select
    prospect_no,
    step_no,
    channel,
    campaign_id,
    has_variant_a,
    work_minute::integer as work_minute,
    answer_chance,
    is_answered,
    channel = 'email' and not is_answered and not has_bad_email
    and draw(touch_no, 'unsubscribes') < 0.006 as unsubscribes,
    case
        when channel = 'call' then
            case
                when is_answered then 'answered'
                when outcome_draw < 0.40 then 'voicemail'
                when outcome_draw < 0.76 then 'no_answer'
                when outcome_draw < 0.92 then 'gatekeeper'
                when outcome_draw < 0.98 then 'busy'
                else 'failed'
            end
        when channel = 'linkedin' then
            case when is_answered then 'accepted' else 'sent' end
        when channel = 'mail' then
            case when outcome_draw < 0.03 then 'failed' else 'sent' end
        when has_bad_email then 'bounced'
        when outcome_draw < 0.55 then 'sent'
        when outcome_draw < 0.94 then 'opened'
        else 'clicked'
    end as outcome
from answered;

create table last_steps as
select
    prospect_no,
    min(step_no) as last_step_no
from planned_touches
where is_answered or unsubscribes
group by prospect_no;

create table touches as
select
    planned_touches.prospect_no,
    planned_touches.step_no,
    planned_touches.channel,
    planned_touches.campaign_id,
    planned_touches.has_variant_a,
    planned_touches.work_minute,
    planned_touches.answer_chance,
    planned_touches.is_answered,
    planned_touches.unsubscribes,
    case when planned_touches.unsubscribes then 'unsubscribed'
        else planned_touches.outcome end as outcome
from planned_touches
left join last_steps on planned_touches.prospect_no = last_steps.prospect_no
where planned_touches.step_no <= coalesce(last_steps.last_step_no, 99);

drop table planned_touches;

-- The answers that are rows of their own: written ones, and calls that answer a letter.
create table answers as
select
    prospect_no,
    step_no,
    channel,
    least(work_minute + case channel
        when 'call' then 6
        when 'linkedin' then
            floor(long_tail(prospect_no * 64 + step_no, 'accepts after', 400, 1.2))
        when 'email' then
            floor(long_tail(prospect_no * 64 + step_no, 'replies after', 230, 1.4))
        else 1200
            + floor(long_tail(prospect_no * 64 + step_no, 'rings after', 900, 0.6))
    end, getvariable('last_minute') - 20000)::integer as answered_minute
from touches
where is_answered;
