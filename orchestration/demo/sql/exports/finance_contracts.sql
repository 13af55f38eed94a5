-- one row per contract year
select
    contract_id,
    numbered('A', account_no, 7) as account_id,
    deal_id,
    in_french_day(started_on) as started_on,
    in_french_day(ends_on) as ends_on,
    in_french_day(cancelled_on) as cancelled_on,
    cancel_reason,
    renewed_by_contract_id,
    with_comma(monthly_amount) as monthly_amount,
    currency
from contracts
order by contract_id
