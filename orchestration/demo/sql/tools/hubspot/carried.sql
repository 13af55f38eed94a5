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

-- Calls, meetings and e-mails, each known to be with a person; whether an e-mail was opened, and
-- whether an answer came from a machine, a list of e-mails does not say.
create view carried_activities as
select
    activities.activity_id,
    strftime(strptime(activities.occurred_at, '%d/%m/%Y %H:%M'), '%Y-%m-%d %H:%M')
        as occurred_at,
    activities.channel,
    activities.direction,
    case
        when activities.channel != 'email' then activities.outcome
        when activities.direction = 'inbound' then 'reply'
        when activities.outcome = 'bounced' then 'bounced'
        else 'sent'
    end as outcome,
    coalesce(activities.prospect_id, by_email.prospect_id, by_phone.prospect_id) as prospect_id,
    activities.account_id,
    reps.name as rep_id,
    case when activities.channel = 'email' then activities.sender_account end as sender_account,
    case
        when activities.channel = 'meeting'
            then strftime(strptime(activities.created_at, '%d/%m/%Y %H:%M'), '%Y-%m-%d %H:%M')
        else strftime(strptime(activities.occurred_at, '%d/%m/%Y %H:%M'), '%Y-%m-%d %H:%M')
    end as created_at,
    activities.duration_seconds
from outreach_activities as activities
inner join reps on activities.rep_id = reps.rep_id
left join crm_prospects as by_email on lower(activities.email) = by_email.email
left join crm_prospects as by_phone on activities.phone = replace(by_phone.phone, ' ', '')
where activities.channel in ('call', 'meeting', 'email');

create view carried_suppressions as
select null as requested_at, 'opt_out' as kind, prospect_id, null as email
from crm_prospects
where opted_out_at is not null;

create view carried_reps as
select distinct owner_rep_id as rep_id, owner_rep_id as name
from (
    select owner_rep_id from carried_accounts
    union all
    select owner_rep_id from carried_prospects
    union all
    select rep_id from carried_deals
    union all
    select rep_id from carried_activities
);
