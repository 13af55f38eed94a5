-- one row per deal, with a column for each stage
with
entries as (
    pivot (select * from carried_deal_stages)
    on stage in (
        'Qualification', 'Démonstration', 'Proposition', 'Négociation', 'Gagnée', 'Perdue'
    )
    using max(entered_at)
    group by deal_id
)

select
    '9' || deals.deal_id[2:] as record_id,
    'Projet ' || deals.deal_id as name,
    deals.pipeline,
    deals.stage,
    deals.amount,
    deals.currency,
    deals.created_at,
    coalesce(deals.closed_at, deals.expected_close_on || ' 00:00') as close_date,
    (deals.status = 'won')::varchar as is_won,
    (deals.status = 'lost')::varchar as is_lost,
    deals.lost_reason,
    deals.rep_id as owner,
    deals.updated_at,
    accounts.name as company,
    '70' || deals.account_id[2:] as company_id,
    '50' || deals.prospect_id[2:] as contact_ids,
    entries."Qualification" as entered_qualification,
    entries."Démonstration" as entered_demonstration,
    entries."Proposition" as entered_proposal,
    entries."Négociation" as entered_negotiation,
    entries."Gagnée" as entered_won,
    entries."Perdue" as entered_lost
from carried_deals as deals
left join carried_accounts as accounts on deals.account_id = accounts.account_id
left join entries on deals.deal_id = entries.deal_id
order by record_id
