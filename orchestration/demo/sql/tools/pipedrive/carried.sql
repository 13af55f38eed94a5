-- What Pipedrive's lists carry of the company, as generic rows. An owner is known by name; of a
-- deal's stages only the present one; of a person neither position nor source.
create view carried_accounts as
select
    accounts.account_id,
    accounts.name,
    reps.name as owner_rep_id,
    left(accounts.created_at || ' 00:00', 16) as created_at,
    left(accounts.updated_at || ' 00:00', 16) as updated_at
from crm_accounts as accounts
inner join reps on accounts.owner_rep_id = reps.rep_id;

create view carried_prospects as
select
    prospects.prospect_id,
    prospects.account_id,
    prospects.first_name || ' ' || prospects.last_name as last_name,
    prospects.email,
    prospects.phone,
    reps.name as owner_rep_id,
    left(prospects.detected_at || ' 00:00', 16) as detected_at,
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
select
    deals.deal_id,
    deals.stage,
    max(entries.entered_at) as entered_at
from carried_deals as deals
inner join crm_deal_stages as entries
    on deals.deal_id = entries.deal_id and deals.stage = entries.stage
group by deals.deal_id, deals.stage;

-- What reps did, not what came back: a call says nothing of how it ended, a meeting only whether
-- it is done.
create view carried_activities as
select
    activities.activity_id,
    strftime(strptime(activities.occurred_at, '%d/%m/%Y %H:%M'), '%Y-%m-%d %H:%M')
        as occurred_at,
    activities.channel,
    activities.direction,
    case
        when activities.channel = 'meeting'
            then case when activities.outcome = 'held' then 'held' else 'booked' end
    end as outcome,
    coalesce(activities.prospect_id, by_email.prospect_id) as prospect_id,
    activities.account_id,
    reps.name as rep_id,
    strftime(
        strptime(coalesce(activities.created_at, activities.occurred_at), '%d/%m/%Y %H:%M'),
        '%Y-%m-%d %H:%M'
    ) as created_at,
    activities.duration_seconds
from outreach_activities as activities
inner join reps on activities.rep_id = reps.rep_id
left join crm_prospects as by_email on lower(activities.email) = by_email.email
where
    activities.channel in ('call', 'meeting', 'email')
    and activities.direction = 'outbound';

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
