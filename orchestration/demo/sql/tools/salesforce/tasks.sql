-- one row per task that was done, with the campaign that it belongs to
select
    salesforce_id('00T', row_number() over (order by activities.activity_id)) as id,
    coalesce(salesforce_id('003', activities.prospect_id[2:]), '000000000000000AAA') as who_id,
    coalesce(campaigns.record_id, '000000000000000AAA') as what_id,
    case when activities.direction = 'inbound' then '<< Re: projet' else 'Projet' end as subject,
    activities.occurred_at[:10] || ' 00:00:00' as due_on,
    'Completed' as status,
    '1' as is_closed,
    reps.user_id as owner_id,
    case activities.channel
        when 'call' then 'Call'
        when 'email' then 'Email'
        when 'linkedin' then 'LinkedIn'
        else 'Letter'
    end as kind,
    '0' as is_deleted,
    salesforce_id('001', activities.account_id[2:]) as account_id,
    activities.duration_seconds as call_seconds,
    case activities.outcome
        when 'answered' then 'Connected'
        when 'voicemail' then 'Left voicemail'
        when 'no_answer' then 'No answer'
        when 'gatekeeper' then 'Gatekeeper'
        when 'busy' then 'Busy'
        when 'failed' then 'Wrong number'
    end as call_result,
    in_utc(activities.created_at) as created_at,
    in_utc(activities.occurred_at) as completed_at
from carried_activities as activities
inner join numbered_reps as reps on activities.rep_id = reps.rep_id
left join numbered_campaigns as campaigns on activities.campaign_id = campaigns.campaign_id
where activities.channel != 'meeting'
order by id
