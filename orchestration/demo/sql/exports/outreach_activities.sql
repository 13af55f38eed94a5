-- one row per activity. The tool knows most people by their CRM id, some only by an
-- e-mail address, a profile or a number.
with
keyed as (
    select
        *,
        prospect_no * 64 + step_no as touch_no,
        numbered('T', prospect_no, 7) || numbered('-', step_no, 2) as touch_id
    from activities
),

dated as (
    select
        keyed.*,
        case
            when keyed.channel = 'meeting' then
                time_bucket(interval 30 minute, work_clock.wall_at)
            -- one written answer in six is sent in the evening
            when keyed.suffix = 'R' and keyed.channel != 'call'
                and draw(keyed.touch_no, 'evening') < 0.17
                then work_clock.wall_at::date + to_minutes(
                    (1150 + floor(180 * draw(keyed.touch_no, 'evening hour')))::integer
                )
            else work_clock.wall_at
        end as occurred_at,
        draw(keyed.touch_no, 'known by') as known_by,
        booking.wall_at as created_at
    from keyed
    inner join work_clock on keyed.work_minute = work_clock.work_minute
    left join work_clock as booking on keyed.created_minute = booking.work_minute
),

identified as (
    select
        dated.*,
        prospects.email,
        prospects.linkedin_url,
        prospects.phone,
        case
            when dated.account_no is not null and dated.known_by < 0.2 then 'account'
            when dated.channel = 'email' and prospects.email is not null
                and dated.known_by < 0.08 then 'email'
            when dated.channel = 'linkedin' and prospects.linkedin_url is not null
                and dated.known_by < 0.12 then 'profile'
            when dated.channel = 'call' and dated.direction = 'inbound'
                and prospects.phone is not null then 'phone'
            else 'id'
        end as known_as,
        reps.rep_id,
        reps.name as rep_name,
        reps.email as rep_email,
        rep_periods.team
    from dated
    inner join prospects on dated.prospect_no = prospects.prospect_no
    inner join reps on dated.rep_no = reps.rep_no
    inner join rep_periods
        on
            dated.rep_no = rep_periods.rep_no
            and dated.occurred_at::date >= rep_periods.valid_from
            and dated.occurred_at::date
            <= coalesce(rep_periods.valid_to, date '9999-12-31')
)

select
    touch_id || suffix as activity_id,
    in_french_time(occurred_at) as occurred_at,
    channel,
    direction,
    outcome,
    case when known_as = 'id' then numbered('P', prospect_no, 7) end as prospect_id,
    case when known_as = 'account' then numbered('A', account_no, 7) end as account_id,
    rep_id,
    case when campaign_id = 'REL' then 'REL-' || half_year_of(occurred_at)
        else campaign_id end as campaign_id,
    variant_of(channel, campaign_id, has_variant_a) as message_variant,
    case
        when direction = 'inbound' then null
        when channel = 'email' and campaign_id[:3] in ('EML', 'REL')
            then slug('equipe ' || team) || '@brelune.example'
        when channel = 'email' then rep_email
        when channel = 'linkedin' then 'Profil de ' || rep_name
    end as sender_account,
    case when known_as = 'email' then
        case when known_by < 0.02 then upper(email) else email end
    end as email,
    case when known_as = 'profile' then linkedin_url end as linkedin_url,
    case when known_as = 'phone' then phone end as phone,
    in_french_time(created_at) as created_at,
    case
        when channel = 'meeting' and outcome = 'held'
            then 1800 + 300 * floor(10 * draw(touch_no, 'meeting length'))
        when channel != 'call' then null
        when outcome = 'answered'
            then 20 + floor(least(long_tail(touch_no, 'call length', 170, 0.8), 3600))
        when outcome = 'voicemail'
            then 15 + floor(30 * draw(touch_no, 'message length'))
        when outcome = 'gatekeeper'
            then 20 + floor(70 * draw(touch_no, 'message length'))
    end::integer as duration_seconds,
    case when is_service then 'oui' else 'non' end as is_service,
    case when suffix != '' then touch_id end as in_reply_to
from identified
order by identified.occurred_at, activity_id
