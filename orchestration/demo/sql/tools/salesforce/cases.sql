-- one row per case
select
    salesforce_id('500', ticket_id[3:]) as id,
    '0' as is_deleted,
    lpad(ticket_id[3:], 8, '0') as case_number,
    salesforce_id('001', account_id[2:]) as account_id,
    case category
        when 'complaint' then 'Complaint'
        when 'refund_request' then 'Refund'
        when 'question' then 'Question'
        else 'Service'
    end as kind,
    reason,
    case when closed_at is null then 'New' else 'Closed' end as status,
    case when closed_at is null then '0' else '1' end as is_closed,
    in_utc(closed_at) as closed_at,
    in_utc(opened_at) as created_at
from carried_tickets
order by id
