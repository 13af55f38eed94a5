-- one row per organisation
select
    account_id[2:]::integer as id,
    name,
    owner_rep_id as owner,
    created_at || ':00' as created_at,
    updated_at || ':00' as updated_at
from carried_accounts
order by id
