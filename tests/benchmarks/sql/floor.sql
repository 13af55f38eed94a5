-- Twenty KPIs by month and channel, rep and sector, straight from the landed files: what one who
-- knows this company would write by hand. It is made to be fast, so it knows what the demo is: one
-- CRM that knows everybody, amounts in two currencies, companies that only links put together.
-- What it must find is what the warehouse finds (docs/kpis.md): rows that do not parse are left
-- out, of a record's rows the newest counts, tests are out, and who is a customer is no prospect.
-- The channel is that of the activity; of sales and new prospects, which take it from the first
-- touch of their person, it is left out.
-- Variables: landing (the folder), as_of, internal_domain. Result: table floor.

create macro landed(entity) as table
from read_parquet(getvariable('landing') || '/generic/' || entity || '/*.parquet');
create macro moment(text) as
    try_strptime(text, ['%d/%m/%Y %H:%M', '%Y-%m-%d %H:%M', '%d/%m/%Y', '%Y-%m-%d']);
create macro has_time(text) as length(text) > 10;
create macro number(text) as try_cast(replace(text, ',', '.') as double);
create macro says_yes(text) as coalesce(lower(text) in ('oui', 'yes', 'true', '1'), false);
create macro in_force(moment_at) as moment_at < getvariable('as_of') + 1;
create macro newest_first(updated_at, load_id) as (moment(updated_at), split_part(load_id, '@', 2));
create macro digits(phone) as regexp_replace(regexp_replace(phone, '[^0-9+]', '', 'g'), '^\+33', '0');
-- a day alone is not before itself
create macro is_before(one, one_timed, other, other_timed) as coalesce(
    case when one_timed and other_timed then one < other else one::date < other::date end, false
);

-- ------------------------------------------------------------------ people and companies
create table known_reps as select distinct rep_id from landed('reps');

create table companies as
with newest as (
    select * from landed('accounts') where name is not null
    qualify row_number() over (
        partition by account_id order by newest_first(updated_at, _load_id) desc
    ) = 1
)
select
    newest.account_id, coalesce(links.same_as_id, newest.account_id) as company_id,
    coalesce(same.sector, newest.sector) as sector,
    coalesce(same.owner_rep_id, newest.owner_rep_id) as owner_rep_id
from newest
left join landed('links') as links on links.kind = 'account' and links.id = newest.account_id
left join newest as same on links.same_as_id = same.account_id;

create table people as
with newest as (
    select * from landed('prospects') where moment(detected_at) is not null
    qualify row_number() over (
        partition by prospect_id order by newest_first(updated_at, _load_id) desc
    ) = 1
)
select
    newest.prospect_id, coalesce(links.same_as_id, newest.prospect_id) as person_id,
    companies.company_id, coalesce(companies.company_id, person_id) as customer_id,
    companies.sector, newest.owner_rep_id,
    moment(newest.detected_at) as detected_at, has_time(newest.detected_at) as detected_timed,
    moment(newest.qualified_at) as qualified_at, has_time(newest.qualified_at) as qualified_timed,
    lower(newest.email) as email, lower(newest.linkedin_url) as profile,
    digits(newest.phone) as phone,
    says_yes(newest.is_test)
    or coalesce(split_part(lower(newest.email), '@', 2) = getvariable('internal_domain'), false)
        as is_test
from newest
left join landed('links') as links on links.kind = 'prospect' and links.id = newest.prospect_id
left join companies on newest.account_id = companies.account_id;

-- of two records of one person that of the link counts; a number that two have is nobody's
create table persons as
select arg_min(columns(* exclude (prospect_id, person_id)), prospect_id != person_id), person_id
from people group by person_id;
create table emails as select email, min(person_id) as person_id from people
where email is not null group by email;
create table profiles as select profile, min(person_id) as person_id from people
where profile is not null group by profile;
create table phones as select phone, min(person_id) as person_id from people
where phone is not null group by phone having count(distinct person_id) = 1;

-- ------------------------------------------------------------------ sales
create table rates as
select currency, moment(rate_on) as valid_from, number(rate) as rate,
    lead(moment(rate_on), 1, timestamp '9999-12-31') over (
        partition by currency order by moment(rate_on)
    ) as valid_before
from landed('fx_rates');

create table deals as
with newest as (
    select * from landed('deals') where status in ('open', 'won', 'lost')
    qualify row_number() over (
        partition by deal_id order by newest_first(updated_at, _load_id) desc
    ) = 1
)
select
    newest.deal_id, coalesce(companies.company_id, persons.company_id) as company_id,
    coalesce(companies.company_id, persons.customer_id) as customer_id,
    people.person_id,
    case when newest.rep_id is null then owners.owner_rep_id else newest.rep_id end as rep_id,
    coalesce(companies.sector, persons.sector) as sector,
    newest.status, moment(newest.created_at) as created_at,
    has_time(newest.created_at) as created_timed,
    coalesce(moment(newest.closed_at), moment(newest.updated_at)) as moment_at,
    has_time(coalesce(newest.closed_at, newest.updated_at)) as timed,
    coalesce(persons.is_test, false) as is_test
from newest
left join companies on newest.account_id = companies.account_id
left join people on newest.prospect_id = people.prospect_id
left join persons on people.person_id = persons.person_id
left join companies as owners
    on coalesce(companies.company_id, persons.company_id) = owners.account_id;

create table lines as
select order_id, sum(number(quantity) * number(unit_price) - coalesce(number(discount_amount), 0))
    as amount
from (
    from landed('order_lines')
    where number(quantity) is not null and number(unit_price) is not null
    qualify row_number() over (
        partition by order_id, line_number order by split_part(_load_id, '@', 2) desc
    ) = 1
)
group by order_id;

create table orders as
with newest as (
    select * from landed('orders') where moment(ordered_at) is not null
    qualify row_number() over (
        partition by order_id order by split_part(_load_id, '@', 2) desc
    ) = 1
)
select
    coalesce(companies.company_id, deals.customer_id) as customer_id,
    coalesce(newest.rep_id, deals.rep_id, companies.owner_rep_id) as rep_id,
    coalesce(companies.sector, deals.sector) as sector,
    moment(newest.ordered_at) as happened_at,
    coalesce(lines.amount, number(newest.amount)) as own_amount,
    own_amount * case when newest.currency = 'EUR' then 1 else rates.rate end as amount
from newest
left join companies on newest.account_id = companies.account_id
left join deals on newest.deal_id = deals.deal_id
left join lines on newest.order_id = lines.order_id
left join rates
    on
        newest.currency = rates.currency
        and moment(newest.ordered_at) >= rates.valid_from
        and moment(newest.ordered_at) < rates.valid_before
where newest.status = 'placed' and not coalesce(deals.is_test, false) and in_force(happened_at);

create table quotes as
with newest as (
    select * from landed('quotes')
    where
        moment(sent_at) is not null and status in ('sent', 'accepted', 'rejected', 'expired')
    qualify row_number() over (
        partition by quote_id order by split_part(_load_id, '@', 2) desc
    ) = 1
)
select
    moment(newest.sent_at) as happened_at, has_time(newest.sent_at) as timed,
    coalesce(people.person_id, deals.person_id) as person_id,
    coalesce(newest.rep_id, deals.rep_id, companies.owner_rep_id) as rep_id,
    coalesce(companies.sector, persons.sector, deals.sector) as sector
from newest
left join companies on newest.account_id = companies.account_id
left join people on newest.prospect_id = people.prospect_id
left join persons on people.person_id = persons.person_id
left join deals on newest.deal_id = deals.deal_id
where not coalesce(persons.is_test, deals.is_test, false) and in_force(happened_at);

create table customers as
with beginnings as (
    select deals.customer_id, least(deals.moment_at, min(moment(stages.entered_at))) as since, timed
    from deals
    left join landed('deal_stages') as stages
        on deals.deal_id = stages.deal_id and stages.stage = 'Gagnée'
    where deals.status = 'won' and not deals.is_test and in_force(moment_at)
    group by deals.deal_id, deals.customer_id, deals.moment_at, timed
    union all
    select customer_id, happened_at, false from orders where coalesce(own_amount, 0) >= 0
    union all
    select coalesce(companies.company_id, deals.customer_id), moment(started_on), false
    from landed('contracts') as contracts
    left join companies on contracts.account_id = companies.account_id
    left join deals on contracts.deal_id = deals.deal_id
    where moment(started_on) < getvariable('as_of') + 1
)
select
    customer_id, arg_min(since, (since::date, timed, since)) as since,
    arg_min(timed, (since::date, timed, since)) as timed
from beginnings where customer_id is not null
group by customer_id;

-- ------------------------------------------------------------------ activities: the large table
create table repeated_ids as
select activity_id from landed('activities') group by activity_id having count(*) > 1;

create table activities as
with newest as (
    select * from landed('activities')
    where activity_id not in (from repeated_ids)
    union all
    select * from landed('activities')
    where activity_id in (from repeated_ids)
    qualify row_number() over (
        partition by activity_id order by split_part(_load_id, '@', 2) desc
    ) = 1
),
found as (
    select
        newest.*, moment(newest.occurred_at) as moment_at, has_time(newest.occurred_at) as timed,
        coalesce(people.person_id, emails.person_id, profiles.person_id, phones.person_id)
            as person_id
    from newest
    left join people on newest.prospect_id = people.prospect_id
    left join emails on lower(newest.email) = emails.email
    left join profiles on lower(newest.linkedin_url) = profiles.profile
    left join phones on digits(newest.phone) = phones.phone
    where newest.direction in ('inbound', 'outbound')
)
select
    date_trunc('month', moment_at)::date as month, found.person_id,
    case when channel in ('call', 'email', 'linkedin', 'meeting', 'mail', 'sms') then channel
        else 'other' end as channel,
    found.moment_at, found.timed, coalesce(known_reps.rep_id, '(unknown)') as rep,
    coalesce(persons.sector, companies.sector, '(unknown)') as sector,
    is_before(customers.since, customers.timed, found.moment_at, found.timed) as with_customer,
    direction = 'outbound' and channel != 'meeting' and not says_yes(is_service)
    and coalesce(outcome, '') not in ('bounced', 'failed', 'cancelled') as is_touch,
    channel = 'call'
    and (outcome = 'answered' or (outcome is null and direction = 'inbound')) as is_answered,
    outcome
from found
left join persons on found.person_id = persons.person_id
left join companies on found.account_id = companies.account_id
left join customers
    on coalesce(persons.customer_id, companies.company_id) = customers.customer_id
left join known_reps on found.rep_id = known_reps.rep_id
where
    in_force(moment_at) and not coalesce(persons.is_test, false)
    and (
        direction = 'outbound'
        or (outcome = 'held' and channel = 'meeting')
    );

-- ------------------------------------------------------------------ prospects
create table first_stages as
with stages as (
    select person_id, moment_at, timed from activities
    where is_touch and not with_customer and person_id is not null
    union all
    select person_id, qualified_at, qualified_timed from persons
    where qualified_at < getvariable('as_of') + 1
    union all
    select person_id, created_at, created_timed from deals where created_at is not null
    union all
    select person_id, happened_at, timed from quotes
)
select person_id, arg_min(moment_at, (moment_at::date, timed, moment_at)) as moment_at,
    arg_min(timed, (moment_at::date, timed, moment_at)) as timed
from stages group by person_id;

create table new_prospects as
select
    case when is_before(stages.moment_at, stages.timed, detected_at, detected_timed)
        then stages.moment_at else detected_at end as happened_at,
    persons.owner_rep_id as rep_id, persons.sector
from persons
left join first_stages as stages on persons.person_id = stages.person_id
left join customers on persons.customer_id = customers.customer_id
where
    not persons.is_test and in_force(happened_at)
    and not is_before(
        customers.since, customers.timed, happened_at,
        case when is_before(stages.moment_at, stages.timed, detected_at, detected_timed)
            then stages.timed else detected_timed end
    );

-- ------------------------------------------------------------------ what is counted
create table counted as
select
    month, channel, rep, sector,
    count(*) filter (where is_touch and not with_customer) as touch,
    count(*) filter (where is_touch and not with_customer and channel = 'call') as call_touch,
    count(*) filter (where is_touch and not with_customer and is_answered) as call_answered,
    count(*) filter (where is_touch and not with_customer and channel = 'email') as email_touch,
    count(*) filter (where is_touch and not with_customer and channel = 'linkedin')
        as linkedin_touch,
    count(*) filter (where is_touch and not with_customer and channel = 'mail') as mail_touch,
    count(*) filter (where is_touch and channel = 'call') as any_call,
    count(*) filter (where is_touch and channel = 'email') as any_email,
    count(*) filter (where channel = 'meeting' and outcome = 'held' and not with_customer)
        as held_with_prospect,
    count(*) filter (where channel = 'meeting' and outcome = 'held' and with_customer)
        as held_with_customer,
    count(*) filter (where channel = 'meeting' and outcome = 'no_show') as no_show
from activities group by all
union all by name
select date_trunc('month', happened_at)::date as month, rep_id as rep, sector,
    count(*) as prospect
from new_prospects group by all
union all by name
select date_trunc('month', moment_at)::date as month, rep_id as rep, sector,
    count(*) filter (where status = 'won') as deal_won,
    count(*) filter (where status = 'lost') as deal_lost
from deals where status != 'open' and not is_test and in_force(moment_at) group by all
union all by name
select date_trunc('month', happened_at)::date as month, rep_id as rep, sector,
    count(*) as quote
from quotes group by all
union all by name
select date_trunc('month', happened_at)::date as month, rep_id as rep, sector,
    count(*) filter (where coalesce(own_amount, 0) >= 0) as sale, sum(amount) as revenue
from orders group by all;

create table contacts as
select distinct month, channel, rep, sector, person_id
from activities where is_touch and not with_customer and person_id is not null;

create table totals as
select
    month,
    case grouping(channel, rep, sector)
        when 7 then 'all' when 3 then 'channel' when 5 then 'rep' else 'sector' end as dimension,
    case grouping(channel, rep, sector)
        when 7 then 'all' when 3 then channel when 5 then rep else sector end as dimension_value,
    sum(columns(* exclude (month, channel, rep, sector)))
from (
    select * replace (
        case when rep in (from known_reps) then rep else '(unknown)' end as rep,
        coalesce(sector, '(unknown)') as sector
    )
    from counted
)
group by grouping sets ((month), (month, channel), (month, rep), (month, sector))
having dimension_value is not null;

create table contacted as
select
    month,
    case grouping(channel, rep, sector)
        when 7 then 'all' when 3 then 'channel' when 5 then 'rep' else 'sector' end as dimension,
    case grouping(channel, rep, sector)
        when 7 then 'all' when 3 then channel when 5 then rep else sector end as dimension_value,
    count(distinct person_id) as people
from contacts
group by grouping sets ((month), (month, channel), (month, rep), (month, sector));

create table floor as
with computed as (
    select
        month, dimension, dimension_value,
        touch::double as touches,
        people::double as prospects_contacted,
        touch / people as touches_per_prospect,
        call_touch::double as calls_to_prospects,
        any_call::double as calls_total,
        case when dimension != 'channel' then call_answered / nullif(call_touch, 0) end
            as call_answer_rate,
        email_touch::double as prospecting_emails,
        any_email::double as emails_total,
        case when dimension != 'channel' then email_touch / nullif(call_touch, 0) end
            as email_to_call_ratio,
        linkedin_touch::double as linkedin_touches,
        mail_touch::double as letters_sent,
        held_with_prospect::double as meetings_held_prospects,
        held_with_customer::double as meetings_held_customers,
        case when dimension != 'channel' then no_show / nullif(
            no_show + held_with_prospect + held_with_customer, 0
        ) end as meeting_no_show_rate,
        prospect::double as new_prospects,
        deal_won::double as deals_won,
        deal_won / nullif(deal_won + deal_lost, 0) as deal_win_rate,
        quote::double as quotes_sent,
        sale::double as orders_count,
        revenue::double as revenue
    from totals
    left join contacted using (month, dimension, dimension_value)
)
unpivot computed on columns(* exclude (month, dimension, dimension_value))
into name kpi_id value value;

delete from floor where value = 0 and kpi_id not in (
    'call_answer_rate', 'email_to_call_ratio', 'meeting_no_show_rate', 'deal_win_rate'
);
