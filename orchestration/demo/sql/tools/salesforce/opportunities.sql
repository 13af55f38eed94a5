-- one row per opportunity; of a lost one the closing day is the plan
select
    salesforce_id('006', deals.deal_id[2:]) as id,
    '0' as is_deleted,
    coalesce(salesforce_id('001', deals.account_id[2:]), '000000000000000AAA') as account_id,
    'Projet ' || deals.deal_id as name,
    deals.stage,
    deals.amount,
    coalesce(
        case when deals.status = 'won' then deals.closed_at else all_deals.expected_close_on end,
        deals.created_at[:10]
    ) || ' 00:00:00' as close_date,
    case when deals.status = 'open' then '0' else '1' end as is_closed,
    case when deals.status = 'won' then '1' else '0' end as is_won,
    deals.currency,
    '000000000000000AAA' as campaign_id,
    reps.user_id as owner_id,
    in_utc(deals.created_at) as created_at,
    in_utc(deals.updated_at) as updated_at,
    coalesce(salesforce_id('003', deals.prospect_id[2:]), '000000000000000AAA') as contact_id
from carried_deals as deals
inner join crm_deals as all_deals on deals.deal_id = all_deals.deal_id
inner join numbered_reps as reps on deals.rep_id = reps.rep_id
order by id
