-- one row per ticket
select
    tickets.ticket_id,
    numbered('A', tickets.account_no, 7) as account_id,
    in_iso_time(opening.wall_at) as opened_at,
    in_iso_time(closing.wall_at) as closed_at,
    tickets.category,
    tickets.reason,
    case when draw(tickets.ticket_key, 'about contract') < 0.6
        then tickets.contract_id end as contract_id,
    tickets.text
from tickets
inner join work_clock as opening on tickets.opened_minute = opening.work_minute
left join work_clock as closing on tickets.closed_minute = closing.work_minute
order by tickets.ticket_id
