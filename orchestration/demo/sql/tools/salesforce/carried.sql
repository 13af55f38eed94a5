-- What Salesforce's data export carries of the company, as generic rows. Times are to the second
-- in UTC; when somebody was qualified and when a deal was won are days. A list of people that came
-- with a day has them at midnight. What became of a meeting it does not say.
create macro in_utc(moment) as strftime(
    timezone('UTC', timezone('Europe/Paris', moment::timestamp)), '%Y-%m-%d %H:%M:%S'
);
create macro salesforce_id(prefix, number) as
    prefix || lpad(number::bigint::varchar, 12, '0') || 'AAA';

create view numbered_reps as
select
    reps.rep_id,
    reps.name,
    reps.email,
    reps.role,
    arg_max(rep_periods.team, rep_periods.valid_from) as team,
    salesforce_id('005', reps.rep_id[2:]) as user_id
from reps
inner join rep_periods on reps.rep_no = rep_periods.rep_no
group by all;

create view numbered_campaigns as
select
    *,
    salesforce_id('701', row_number() over (order by campaign_id)) as record_id
from outreach_campaigns;

create view carried_reps as
select rep_id, name, email, team, role from numbered_reps;

create view carried_accounts as
select
    account_id,
    name,
    domain,
    sector,
    employee_count,
    country,
    region,
    city,
    parent_account_id,
    owner_rep_id,
    created_at || ' 00:00:00' as created_at,
    updated_at || ' 00:00:00' as updated_at
from crm_accounts;

create view carried_prospects as
select
    prospect_id,
    account_id,
    first_name,
    last_name,
    email,
    phone,
    job_title,
    lead_source,
    owner_rep_id,
    left(detected_at || ' 00:00', 16) as detected_at,
    left(qualified_at, 10) as qualified_at,
    updated_at
from crm_prospects;

create view carried_suppressions as
select null as requested_at, 'opt_out' as kind, prospect_id, email
from crm_prospects
where opted_out_at is not null;

create view carried_deals as
select
    deal_id,
    account_id,
    prospect_id,
    rep_id,
    stage,
    status,
    amount,
    currency,
    created_at,
    case when status = 'open' then expected_close_on end as expected_close_on,
    case status when 'won' then left(closed_at, 10) else closed_at end as closed_at,
    updated_at
from crm_deals;

create view carried_deal_stages as
select deal_id, stage, entered_at from crm_deal_stages;

create view carried_campaigns as
select
    campaign_id,
    name,
    channel,
    strftime(strptime(started_on, '%d/%m/%Y'), '%Y-%m-%d') as started_on,
    strftime(strptime(ended_on, '%d/%m/%Y'), '%Y-%m-%d') as ended_on,
    replace(budget_amount, ',', '.') as budget_amount,
    currency
from outreach_campaigns
where channel in ('email', 'mail', 'linkedin', 'call');

create view carried_activities as
select
    activities.activity_id,
    strftime(strptime(activities.occurred_at, '%d/%m/%Y %H:%M'), '%Y-%m-%d %H:%M')
        as occurred_at,
    activities.channel,
    activities.direction,
    case when activities.channel = 'call' then activities.outcome end as outcome,
    coalesce(activities.prospect_id, by_email.prospect_id, by_profile.prospect_id) as prospect_id,
    activities.account_id,
    activities.rep_id,
    case when activities.channel != 'meeting' then carried_campaigns.campaign_id end
        as campaign_id,
    strftime(
        strptime(
            case
                when activities.channel = 'meeting' then activities.created_at
                else activities.occurred_at
            end,
            '%d/%m/%Y %H:%M'
        ),
        '%Y-%m-%d %H:%M'
    ) as created_at,
    case when activities.channel in ('call', 'meeting') then activities.duration_seconds end
        as duration_seconds
from outreach_activities as activities
left join carried_campaigns on activities.campaign_id = carried_campaigns.campaign_id
left join crm_prospects as by_email on lower(activities.email) = by_email.email
left join crm_prospects as by_profile on activities.linkedin_url = by_profile.linkedin_url
where
    activities.channel in ('call', 'email', 'linkedin', 'mail', 'meeting')
    and (activities.direction = 'outbound' or activities.channel != 'linkedin')
    and activities.phone is null;

create view carried_tickets as
select ticket_id, account_id, opened_at, closed_at, category, reason
from support_tickets
where category in ('complaint', 'refund_request', 'question', 'service');

create view carried_fx_rates as
select '1990-01-01' as rate_on, 'CHF' as currency, '1.06382978723' as rate;
