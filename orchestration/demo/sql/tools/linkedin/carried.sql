-- What the members' own exports carry of the company, as generic rows: the invitations and messages
-- of each rep and the people they went to. A first touch of a person is an invitation, a later one
-- a message; whom nobody accepted shows neither company nor position. When an invitation was
-- accepted is a day. What a conversation is about, LinkedIn does not know.
create view touches_of_members as
select
    activities.activity_id,
    reps.name as member,
    'https://www.linkedin.com/in/brelune-' || slug(reps.name) as member_url,
    coalesce(prospects.prospect_id, named.prospect_id) as prospect_id,
    strptime(activities.occurred_at, '%d/%m/%Y %H:%M') as occurred_at,
    activities.direction,
    activities.outcome,
    row_number() over (
        partition by reps.name, coalesce(prospects.prospect_id, named.prospect_id)
        order by strptime(activities.occurred_at, '%d/%m/%Y %H:%M'), activities.activity_id
    ) = 1 as is_first
from outreach_activities as activities
inner join reps on activities.rep_id = reps.rep_id
left join crm_prospects as prospects on activities.prospect_id = prospects.prospect_id
left join crm_prospects as named on activities.linkedin_url = named.linkedin_url
where activities.channel = 'linkedin';

create view member_touches as
select
    touches.*,
    touches.is_first and touches.direction = 'outbound' as is_invitation,
    people.linkedin_url,
    people.first_name,
    people.last_name,
    people.first_name || ' ' || people.last_name as full_name,
    people.email,
    people.job_title,
    accounts.name as company
from touches_of_members as touches
inner join crm_prospects as people on touches.prospect_id = people.prospect_id
left join crm_accounts as accounts on people.account_id = accounts.account_id
where people.linkedin_url is not null;

create view connections_of_members as
select
    member,
    linkedin_url,
    first_name,
    last_name,
    email,
    company,
    job_title,
    max(occurred_at)::date + 1 as connected_on
from member_touches
where is_invitation and outcome = 'accepted'
group by all;

create view carried_reps as
select distinct member_url as rep_id, member as name from member_touches;

create view carried_accounts as
select distinct company as account_id, company as name
from connections_of_members
where company is not null;

create view carried_prospects as
select
    touches.linkedin_url as prospect_id,
    max(connections.company) as account_id,
    max(connections.first_name) as first_name,
    coalesce(max(connections.last_name), max(touches.full_name)) as last_name,
    max(connections.email) as email,
    touches.linkedin_url,
    max(connections.job_title) as job_title,
    'LinkedIn' as lead_source,
    arg_min(touches.member_url, touches.occurred_at) as owner_rep_id,
    strftime(min(touches.occurred_at), '%Y-%m-%d') as detected_at
from member_touches as touches
left join connections_of_members as connections
    on touches.member = connections.member and touches.linkedin_url = connections.linkedin_url
where touches.direction = 'outbound'
group by touches.linkedin_url;

create view carried_activities as
select
    activity_id,
    strftime(occurred_at, '%Y-%m-%d %H:%M') as occurred_at,
    'linkedin' as channel,
    direction,
    case when direction = 'outbound' then 'sent' else 'reply' end as outcome,
    linkedin_url as prospect_id,
    member_url as rep_id,
    case when direction = 'outbound' then 'brelune-' || slug(member) end as sender_account,
    linkedin_url,
    null as in_reply_to
from member_touches
union all
select
    touches.activity_id || '-accepted',
    strftime(connections.connected_on, '%Y-%m-%d'),
    'linkedin',
    'inbound',
    'accepted',
    touches.linkedin_url,
    touches.member_url,
    null,
    touches.linkedin_url,
    touches.activity_id
from member_touches as touches
inner join connections_of_members as connections
    on touches.member = connections.member and touches.linkedin_url = connections.linkedin_url
where touches.is_invitation;
