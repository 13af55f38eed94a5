-- one row per ticket
select
    '3' || ticket_id[3:] as ticket_id,
    'Demande ' || ticket_id as name,
    case when closed_at is null then 'New' else 'Closed' end as status,
    case category
        when 'complaint' then 'Complaint'
        when 'refund_request' then 'Refund'
        when 'question' then 'Question'
        else 'Service'
    end as category,
    opened_at as created_at,
    closed_at,
    '70' || account_id[2:] as company_id
from carried_tickets
order by ticket_id
