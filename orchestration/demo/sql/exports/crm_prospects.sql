-- one row per prospect, as the CRM knows it at the end of the data
with
unsubscribed as (
    select
        touches.prospect_no,
        min(work_clock.wall_at) as opted_out_at
    from touches
    inner join work_clock on touches.work_minute = work_clock.work_minute
    where touches.unsubscribes
    group by touches.prospect_no
),

given_up as (
    select
        prospect_no,
        max(work_minute) + 3000 as given_up_minute
    from touches
    where prospect_no not in (select answers.prospect_no from answers)
    group by prospect_no
    having max(step_no) between 4 and 10 and draw(prospect_no, 'given up') < 0.4
),

decided as (
    select
        prospects.*,
        known_by_now(engagements.qualified_minute) as qualified_minute,
        known_by_now(
            coalesce(engagements.disqualified_minute, given_up.given_up_minute)
        )
            as disqualified_minute,
        case
            when engagements.prospect_no is not null
                then engagements.disqualified_reason
            else 'Injoignable' end as disqualified_reason,
        unsubscribed.opted_out_at
    from prospects
    left join engagements on prospects.prospect_no = engagements.prospect_no
    left join given_up on prospects.prospect_no = given_up.prospect_no
    left join unsubscribed on prospects.prospect_no = unsubscribed.prospect_no
),

timed as (
    select
        decided.*,
        -- visitors fill in the form of the web site in the evening and at week-ends too
        case
            when decided.lead_source = 'Site web' and decided.moment_draw > 0.7
                then decided.day
                + case when isodow(decided.day) = 5 and decided.moment_draw > 0.82
                    then 1 + decided.prospect_no % 2 else 0 end
                + to_minutes((1125 + floor(850 * (decided.moment_draw - 0.7)))::integer)
            else detection.wall_at
        end as detected_at,
        qualification.wall_at as qualified_at,
        disqualification.wall_at as disqualified_at
    from decided
    inner join work_clock as detection
        on decided.detected_minute = detection.work_minute
    left join work_clock as qualification
        on decided.qualified_minute = qualification.work_minute
    left join work_clock as disqualification
        on decided.disqualified_minute = disqualification.work_minute
)

select
    numbered('P', timed.prospect_no, 7) as prospect_id,
    numbered('A', timed.account_no, 7) as account_id,
    timed.first_name,
    timed.last_name,
    timed.email,
    -- three ways of typing a number
    case
        when timed.prospect_no % 5 = 0 then '+33' || timed.phone[2:]
        when timed.prospect_no % 5 = 1 then timed.phone
        else regexp_replace(timed.phone, '(..)(..)(..)(..)(..)', '\1 \2 \3 \4 \5')
    end as phone,
    timed.linkedin_url,
    timed.job_title,
    case when draw(timed.prospect_no, 'has persona') < 0.9 then timed.persona end
        as persona,
    timed.lead_source,
    reps.rep_id as owner_rep_id,
    -- a bought list comes with a day, not with a time
    case when timed.lead_source = 'Fichier acheté' then in_iso_day(timed.detected_at)
        else in_iso_time(timed.detected_at) end as detected_at,
    in_iso_time(timed.qualified_at) as qualified_at,
    in_iso_time(timed.disqualified_at) as disqualified_at,
    case when timed.disqualified_at is not null then timed.disqualified_reason end
        as disqualified_reason,
    in_iso_time(timed.opted_out_at) as opted_out_at,
    in_iso_time(greatest(
        timed.detected_at, timed.qualified_at, timed.disqualified_at, timed.opted_out_at
    )) as updated_at,
    null as is_test
from timed
inner join reps on served_by(timed.rep_no, getvariable('as_of_minute')) = reps.rep_no
order by timed.prospect_no
