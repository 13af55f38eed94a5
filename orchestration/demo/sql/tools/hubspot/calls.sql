-- one row per call
select
    '41' || row_number() over (order by activity_id) as record_id,
    'Appel' as title,
    activities.occurred_at,
    case when activities.direction = 'inbound' then 'Inbound' else 'Outbound' end as direction,
    case activities.outcome
        when 'answered' then 'Connected'
        when 'voicemail' then 'Left voicemail'
        when 'gatekeeper' then 'Left live message'
        when 'busy' then 'Busy'
        when 'failed' then 'Wrong number'
        else 'No answer'
    end as outcome,
    strftime(to_seconds(activities.duration_seconds) + timestamp '2000-01-01', '%H:%M:%S')
        as duration,
    activities.rep_id as owner,
    activities.created_at,
    '50' || activities.prospect_id[2:] as contact_ids,
    '70' || activities.account_id[2:] as company_ids
from carried_activities as activities
where activities.channel = 'call'
order by activities.activity_id
