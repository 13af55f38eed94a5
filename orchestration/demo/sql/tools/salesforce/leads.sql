-- one row per lead that was converted to a contact
select
    salesforce_id('00Q', prospects.prospect_id[2:]) as id,
    '0' as is_deleted,
    prospects.first_name,
    prospects.last_name,
    coalesce(accounts.name, '[not provided]') as company,
    prospects.email,
    prospects.lead_source,
    'Closed - Converted' as status,
    reps.user_id as owner_id,
    '0' as opted_out,
    '1' as is_converted,
    prospects.qualified_at || ' 00:00:00' as converted_on,
    coalesce(salesforce_id('001', prospects.account_id[2:]), '000000000000000AAA')
        as converted_account,
    salesforce_id('003', prospects.prospect_id[2:]) as converted_contact,
    in_utc(prospects.detected_at) as created_at,
    in_utc(prospects.updated_at) as updated_at
from carried_prospects as prospects
inner join numbered_reps as reps on prospects.owner_rep_id = reps.rep_id
left join carried_accounts as accounts on prospects.account_id = accounts.account_id
where prospects.qualified_at is not null
order by id
