-- one row per contact; who was qualified became one on that day
select
    salesforce_id('003', prospects.prospect_id[2:]) as id,
    '0' as is_deleted,
    salesforce_id('001', prospects.account_id[2:]) as account_id,
    prospects.first_name,
    prospects.last_name,
    prospects.email,
    prospects.phone,
    prospects.job_title as title,
    prospects.lead_source,
    reps.user_id as owner_id,
    case when suppressions.prospect_id is null then '0' else '1' end as opted_out,
    in_utc(coalesce(prospects.qualified_at, prospects.detected_at)) as created_at,
    in_utc(prospects.updated_at) as updated_at
from carried_prospects as prospects
inner join numbered_reps as reps on prospects.owner_rep_id = reps.rep_id
left join carried_suppressions as suppressions
    on prospects.prospect_id = suppressions.prospect_id
order by id
