-- one row per contact
select
    '50' || prospects.prospect_id[2:] as record_id,
    prospects.first_name,
    prospects.last_name,
    prospects.email,
    prospects.phone,
    prospects.linkedin_url,
    prospects.job_title,
    prospects.lead_source,
    prospects.owner_rep_id as owner,
    prospects.detected_at as created_at,
    prospects.qualified_at,
    prospects.updated_at,
    case when suppressions.prospect_id is not null then 'true' end as opted_out,
    accounts.name as company,
    '70' || prospects.account_id[2:] as company_id
from carried_prospects as prospects
left join carried_accounts as accounts on prospects.account_id = accounts.account_id
left join carried_suppressions as suppressions
    on prospects.prospect_id = suppressions.prospect_id
order by record_id
