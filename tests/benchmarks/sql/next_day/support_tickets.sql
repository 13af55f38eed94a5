-- adds: what customers asked in the day
select
    named('TK', row_number() over (order by account_id)) as ticket_id, account_id,
    in_iso_time(in_the_day(account_id, 'ticket')) as opened_at, null as closed_at,
    'question' as category, 'Facturation' as reason, null as contract_id, null as text
from (
    select distinct account_id from deals
    where deal_id < 'D9' and status = 'won'
    order by draw(account_id, 'asks'), account_id
    limit getvariable('ticket_count')
)
order by ticket_id
