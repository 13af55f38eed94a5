-- one row per activity; the words of its kind and state are those of the labels' language
select
    row_number() over (order by activities.activity_id) as id,
    'Projet' as subject,
    case when getvariable('language') = 'fr' then
        case activities.channel
            when 'call' then 'Appel' when 'email' then 'E-mail' else 'Réunion'
        end
    else
        case activities.channel
            when 'call' then 'Call' when 'email' then 'Email' else 'Meeting'
        end
    end as kind,
    activities.occurred_at[:10] as due_on,
    activities.occurred_at[12:] as due_time,
    strftime(to_seconds(activities.duration_seconds) + timestamp '2000-01-01', '%H:%M:%S')
        as duration,
    case
        when activities.outcome = 'booked'
            then if(getvariable('language') = 'fr', 'À faire', 'To do')
        else if(getvariable('language') = 'fr', 'Terminée', 'Done')
    end as done,
    case when activities.channel != 'meeting' then activities.occurred_at || ':00' end
        as done_at,
    activities.created_at || ':00' as created_at,
    activities.rep_id as owner,
    prospects.last_name as person,
    activities.prospect_id[2:]::integer as person_id,
    accounts.name as organization,
    activities.account_id[2:]::integer as organization_id
from carried_activities as activities
left join carried_prospects as prospects on activities.prospect_id = prospects.prospect_id
left join carried_accounts as accounts on activities.account_id = accounts.account_id
order by id
