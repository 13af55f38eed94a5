-- replaces: companies whose sector was put right, and those of the newcomers
select
    account_id, name, domain, registration_number,
    case when sector = 'Industrie' then 'BTP' else 'Industrie' end as sector,
    employee_count, country, region, city, parent_account_id, owner_rep_id, created_at,
    strftime(getvariable('day'), '%Y-%m-%d') as updated_at
from (
    select * from known_accounts
    order by draw(account_id, 'sector'), account_id
    limit getvariable('changed_count')
)
union all
select
    named('A', new_no), 'Nouvelle ' || named('A', new_no), lower(named('a', new_no)) || '.example',
    null, accounts.sector, accounts.employee_count, 'FR', accounts.region, accounts.city, null,
    some_rep(new_no, 'owner'), strftime(getvariable('day'), '%Y-%m-%d'),
    strftime(getvariable('day'), '%Y-%m-%d')
from newcomers
inner join known_accounts as accounts on newcomers.account_id = accounts.account_id
order by account_id
