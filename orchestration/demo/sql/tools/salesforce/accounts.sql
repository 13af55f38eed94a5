-- one row per account
select
    salesforce_id('001', accounts.account_id[2:]) as id,
    '0' as is_deleted,
    accounts.name,
    coalesce(salesforce_id('001', accounts.parent_account_id[2:]), '000000000000000AAA')
        as parent_id,
    accounts.city,
    accounts.region,
    accounts.country,
    accounts.domain as website,
    accounts.sector as industry,
    accounts.employee_count,
    reps.user_id as owner_id,
    in_utc(accounts.created_at) as created_at,
    in_utc(accounts.updated_at) as updated_at
from carried_accounts as accounts
inner join numbered_reps as reps on accounts.owner_rep_id = reps.rep_id
order by id
