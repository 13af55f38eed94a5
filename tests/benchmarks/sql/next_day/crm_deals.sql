-- replaces: deals that moved, were won or lost, and new ones
select
    deal_id, account_id, prospect_id, rep_id, pipeline, stage, status, amount, currency,
    created_at, expected_close_on,
    case when status != 'open' then in_iso_time(moved_at) end as closed_at,
    case when status = 'lost' then 'Prix' end as lost_reason,
    product_id,
    in_iso_time(moved_at) as updated_at
from moved_deals
union all
select
    deal_id, account_id, prospect_id, rep_id, 'Nouveaux clients', 'Qualification', 'open',
    amount || '.00', 'EUR', in_iso_time(opened_at),
    strftime(getvariable('day') + 60, '%Y-%m-%d'), null, null, 'PR-MNT-02', in_iso_time(opened_at)
from new_deals
order by deal_id
