-- one row per offer; one without a decision two months after it was sent has expired
select
    quotes.quote_id,
    quotes.deal_id,
    numbered('A', quotes.account_no, 7) as account_id,
    numbered('P', quotes.prospect_no, 7) as prospect_id,
    reps.rep_id,
    in_iso_time(sending.wall_at) as sent_at,
    case
        when quotes.decided_minute is not null
            then case when quotes.is_accepted then 'accepted' else 'rejected' end
        when sending.wall_at::date + 60 < getvariable('as_of') then 'expired'
        else 'sent'
    end as status,
    in_iso_time(decision.wall_at) as decided_at,
    quotes.amount,
    quotes.currency,
    in_iso_day(sending.wall_at::date + 30) as valid_until
from quotes
inner join reps on quotes.rep_no = reps.rep_no
inner join work_clock as sending on quotes.sent_minute = sending.work_minute
left join work_clock as decision on quotes.decided_minute = decision.work_minute
order by quotes.quote_id
