-- What HubSpot carries of the company, as generic rows. An owner is known by name; of a stage
-- only the last entry; a list of people that came with a day has them at midnight.
create view carried_accounts as
select
    accounts.account_id,
    accounts.name,
    accounts.domain,
    accounts.sector,
    accounts.employee_count,
    accounts.country,
    accounts.region,
    accounts.city,
    reps.name as owner_rep_id,
    accounts.created_at,
    accounts.updated_at
from crm_accounts as accounts
inner join reps on accounts.owner_rep_id = reps.rep_id;

create view carried_prospects as
select
    prospects.prospect_id,
    prospects.account_id,
    prospects.first_name,
    prospects.last_name,
    prospects.email,
    prospects.phone,
    prospects.linkedin_url,
    prospects.job_title,
    prospects.lead_source,
    reps.name as owner_rep_id,
    left(prospects.detected_at || ' 00:00', 16) as detected_at,
    prospects.qualified_at,
    prospects.updated_at
from crm_prospects as prospects
inner join reps on prospects.owner_rep_id = reps.rep_id;

create view carried_deals as
select
    deals.deal_id,
    deals.account_id,
    deals.prospect_id,
    reps.name as rep_id,
    deals.pipeline,
    deals.stage,
    deals.status,
    deals.amount,
    deals.currency,
    deals.created_at,
    case when deals.status = 'open' then deals.expected_close_on end as expected_close_on,
    deals.closed_at,
    deals.lost_reason,
    deals.updated_at
from crm_deals as deals
inner join reps on deals.rep_id = reps.rep_id;

create view carried_deal_stages as
select deal_id, stage, max(entered_at) as entered_at
from crm_deal_stages
group by deal_id, stage;

create view carried_tickets as
select ticket_id, account_id, opened_at, closed_at, category
from support_tickets
where category in ('complaint', 'refund_request', 'question', 'service');

create view carried_reps as
select distinct owner_rep_id as rep_id, owner_rep_id as name
from (
    select owner_rep_id from carried_accounts
    union all
    select owner_rep_id from carried_prospects
    union all
    select rep_id from carried_deals
);
