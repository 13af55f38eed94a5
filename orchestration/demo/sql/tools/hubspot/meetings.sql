-- one row per meeting
select
    '42' || row_number() over (order by activity_id) as record_id,
    'Rendez-vous' as title,
    activities.occurred_at as starts_at,
    strftime(
        activities.occurred_at::timestamp + to_seconds(activities.duration_seconds),
        '%Y-%m-%d %H:%M:%S'
    ) as ends_at,
    case activities.outcome
        when 'held' then 'Completed'
        when 'no_show' then 'No Show'
        when 'cancelled' then 'Canceled'
        else 'Scheduled'
    end as outcome,
    activities.rep_id as owner,
    activities.created_at,
    '50' || activities.prospect_id[2:] as contact_ids,
    '70' || activities.account_id[2:] as company_ids
from carried_activities as activities
where activities.channel = 'meeting'
order by activities.activity_id
