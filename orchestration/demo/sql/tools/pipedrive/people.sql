-- one row per person
select
    prospects.prospect_id[2:]::integer as id,
    prospects.last_name as name,
    accounts.name as organization,
    prospects.account_id[2:]::integer as organization_id,
    prospects.email,
    prospects.phone,
    prospects.owner_rep_id as owner,
    prospects.detected_at || ':00' as created_at,
    prospects.updated_at || ':00' as updated_at
from carried_prospects as prospects
left join carried_accounts as accounts on prospects.account_id = accounts.account_id
order by id
