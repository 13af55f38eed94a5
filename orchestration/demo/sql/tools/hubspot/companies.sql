-- one row per company
select
    '70' || account_id[2:] as record_id,
    name,
    domain,
    sector,
    employee_count,
    country,
    region,
    city,
    owner_rep_id as owner,
    created_at || ' 00:00' as created_at,
    updated_at || ' 00:00' as updated_at
from carried_accounts
order by record_id
