-- one row per deal; the words of the status are those of the labels' language
select
    deals.deal_id[2:]::integer as id,
    'Projet ' || deals.deal_id as title,
    deals.amount as value,
    deals.currency,
    accounts.name as organization,
    deals.account_id[2:]::integer as organization_id,
    prospects.last_name as person,
    deals.prospect_id[2:]::integer as person_id,
    deals.rep_id as owner,
    deals.pipeline,
    deals.stage,
    case
        when getvariable('language') = 'en' then deals.status
        when deals.status = 'won' then 'Gagnée'
        when deals.status = 'lost' then 'Perdue'
        else 'En cours'
    end as status,
    deals.created_at || ':00' as created_at,
    deals.updated_at || ':00' as updated_at,
    stages.entered_at || ':00' as stage_changed_at,
    case when deals.status = 'won' then deals.closed_at || ':00' end as won_at,
    case when deals.status = 'lost' then deals.closed_at || ':00' end as lost_at,
    deals.lost_reason,
    deals.expected_close_on
from carried_deals as deals
left join carried_deal_stages as stages on deals.deal_id = stages.deal_id
left join carried_accounts as accounts on deals.account_id = accounts.account_id
left join carried_prospects as prospects on deals.prospect_id = prospects.prospect_id
order by id
