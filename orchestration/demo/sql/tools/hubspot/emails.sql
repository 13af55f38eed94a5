-- one row per e-mail
select
    '43' || row_number() over (order by activity_id) as record_id,
    'Votre projet' as title,
    activities.occurred_at,
    case when activities.direction = 'inbound' then 'INCOMING_EMAIL' else 'EMAIL' end
        as direction,
    case when activities.outcome = 'bounced' then 'BOUNCED' else 'SENT' end as status,
    activities.sender_account as sender,
    activities.rep_id as owner,
    activities.created_at,
    '50' || activities.prospect_id[2:] as contact_ids,
    '70' || activities.account_id[2:] as company_ids
from carried_activities as activities
where activities.channel = 'email'
order by activities.activity_id
