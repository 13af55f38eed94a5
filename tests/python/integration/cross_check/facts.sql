-- Who is who and what happened, by the definitions alone, from the tables of reading.py.
-- Variables: as_of, currency, internal_domains. Every fact has day, rep, channel, sector.

-- one moment lies before another: where either is known by its day only, the same day does not
create macro is_before(one_day, one_at, one_timed, other_day, other_at, other_timed) as
    one_day < other_day or (one_timed and other_timed and one_at < other_at);

-- the value in the reporting currency at the rate of its day: null without a rate
create macro converted(money, money_currency, on_day) as
    money * case
        when coalesce(money_currency, getvariable('currency')) = getvariable('currency') then 1
        else (
            select arg_max(fx_rates.rate, fx_rates.rate_on)
            from fx_rates
            where fx_rates.currency = money_currency and fx_rates.rate_on <= on_day
        )
    end;

create macro phone_digits(phone) as regexp_replace(
    regexp_replace(regexp_replace(phone, '[^0-9+]', '', 'g'), '^(\+|00)', ''), '^33', '0'
);

-- ---------------------------------------------------------------- people and companies
create table company_ids as
select account_id, coalesce(links.same_as_id, account_id) as company_id
from accounts
left join links on links.kind = 'account' and links.id = account_id;

create table companies as
select
    company_id,
    arg_min(sector, account_id != company_id) as sector,
    arg_min(owner_rep_id, account_id != company_id) as owner_rep_id,
    coalesce(bool_or(is_test), false) as is_test
from accounts
inner join company_ids using (account_id)
group by company_id;

create table person_ids as
select prospect_id, coalesce(links.same_as_id, prospect_id) as person_id
from prospects
left join links on links.kind = 'prospect' and links.id = prospect_id;

create table people as
select
    person_id,
    arg_min(company_ids.company_id, prospect_id != person_id) as company_id,
    coalesce(arg_min(company_ids.company_id, prospect_id != person_id), person_id) as customer_key,
    arg_min(prospects.owner_rep_id, prospect_id != person_id) as owner_rep_id,
    arg_min(struct_pack(d := detected_day, a := detected_at, t := detected_timed), detected_at)
        as detected,
    arg_min(
        struct_pack(d := qualified_day, a := qualified_at, t := qualified_timed), qualified_at
    ) filter (where qualified_day <= getvariable('as_of')) as own_qualified,
    bool_or(
        coalesce(prospects.is_test, false)
        or coalesce(companies.is_test, false)
        or list_contains(
            getvariable('internal_domains'), coalesce(split_part(lower(email), '@', 2), '')
        )
    ) as is_test
from prospects
inner join person_ids using (prospect_id)
left join company_ids using (account_id)
left join companies on companies.company_id = company_ids.company_id
group by person_id;

create table known_reps as select distinct rep_id from reps;

-- ---------------------------------------------------------------- deals, orders, contracts
create table all_deals as
select
    deals.* exclude (campaign_id, amount),
    deals.campaign_id,
    coalesce(company_ids.company_id, people.company_id) as company_id,
    coalesce(company_ids.company_id, people.customer_key) as customer_key,
    people.person_id,
    converted(amount, currency, coalesce(closed_day, created_day, updated_day)) as amount,
    converted(amount, currency, created_day) as open_amount,
    status != 'open' and coalesce(closed_day, updated_day) <= getvariable('as_of') as is_closed,
    coalesce(closed_day, updated_day) as final_day,
    coalesce(closed_at, updated_at) as final_at,
    coalesce(closed_timed, updated_timed) as final_timed
from deals
left join company_ids using (account_id)
left join companies on companies.company_id = company_ids.company_id
left join person_ids using (prospect_id)
left join people using (person_id)
where
    not coalesce(deals.is_test, false)
    and not coalesce(people.is_test, false)
    and not coalesce(companies.is_test, false);

create table all_orders as
select
    orders.order_id,
    orders.ordered_at,
    orders.ordered_day as day,
    orders.ordered_timed,
    coalesce(own.company_id, all_deals.company_id) as company_id,
    coalesce(own.company_id, all_deals.customer_key) as customer_key,
    coalesce(orders.rep_id, all_deals.rep_id, companies.owner_rep_id) as rep_id,
    coalesce(orders.campaign_id, all_deals.campaign_id) as campaign_id,
    coalesce(
        converted(lines.amount, orders.currency, orders.ordered_day),
        converted(orders.amount, orders.currency, orders.ordered_day)
    ) as amount,
    lines.known as margin_line_amounts,
    lines.margin
from orders
left join company_ids as own using (account_id)
left join all_deals using (deal_id)
left join companies on companies.company_id = coalesce(own.company_id, all_deals.company_id)
left join (
    select
        line.order_id,
        sum(net) as amount,
        sum(converted(net, ordered.currency, ordered.ordered_day))
            filter (where cost is not null) as known,
        sum(converted(net, ordered.currency, ordered.ordered_day) - cost) as margin
    from (
        select
            order_lines.order_id,
            orders.currency,
            orders.ordered_day,
            quantity * unit_price - coalesce(discount_amount, 0) as net,
            quantity * coalesce(
                converted(order_lines.unit_cost, orders.currency, orders.ordered_day),
                converted(products.unit_cost, products.currency, orders.ordered_day)
            ) as cost
        from order_lines
        inner join orders using (order_id)
        left join products using (product_id)
    ) as line
    inner join orders as ordered using (order_id)
    group by line.order_id
) as lines using (order_id)
where
    orders.status = 'placed'
    and orders.ordered_day <= getvariable('as_of')
    and not coalesce(companies.is_test, false);

-- a document below 0 is a credit note: money, and no order
create table real_orders as from all_orders where coalesce(amount, 0) >= 0;

create table all_contracts as
select
    contracts.* exclude (account_id),
    coalesce(company_ids.company_id, all_deals.company_id) as company_id,
    coalesce(company_ids.company_id, all_deals.customer_key) as customer_key,
    least(ends_on, cancelled_on) as ended_on,
    -- the last day in force: on the day of its cancellation it is lost, unless another follows
    least(ends_on, cancelled_on - if(renewed_by_contract_id is null, 1, 0)) as holds_to
from contracts
left join company_ids using (account_id)
left join all_deals using (deal_id);

create table won_deals as
select
    *,
    coalesce(
        (
            select min(struct_pack(d := entered_day, a := entered_at, t := entered_timed))
            from deal_stages
            where
                deal_stages.deal_id = all_deals.deal_id
                and lower(deal_stages.stage) in ('gagnée', 'gagné', 'won', 'closed won')
        ),
        struct_pack(d := final_day, a := final_at, t := final_timed)
    ) as first_win
from all_deals
where status = 'won' and is_closed;

create table customers as
with firsts as (
    select
        customer_key,
        least(first_win, struct_pack(d := final_day, a := final_at, t := final_timed)) as moment,
        rep_id as deal_rep, person_id as deal_person, deal_id
    from won_deals
    union all by name
    select
        customer_key, struct_pack(d := day, a := ordered_at, t := ordered_timed) as moment,
        rep_id as order_rep, order_id
    from real_orders
    union all by name
    select
        customer_key,
        struct_pack(d := started_on, a := started_on::timestamp, t := false) as moment
    from all_contracts
    where started_on <= getvariable('as_of')
)

select
    customer_key,
    companies.company_id,
    arg_min(moment, (moment.d, moment.a)) as since,
    coalesce(
        arg_min(deal_rep, (moment.d, moment.a, deal_id)) filter (where deal_id is not null),
        arg_min(order_rep, (moment.d, moment.a, order_id)) filter (where order_id is not null),
        any_value(companies.owner_rep_id)
    ) as rep_id,
    arg_min(deal_person, (moment.d, moment.a, deal_id)) filter (where deal_id is not null)
        as won_person
from firsts
left join companies on companies.company_id = customer_key
where customer_key is not null
group by all;

-- ---------------------------------------------------------------- activities
create table acts as
with addressed as (
    select
        activity_id,
        coalesce(
            by_id.person_id, by_email.person_id, by_profile.person_id, by_phone.person_id
        ) as person_id
    from activities
    left join person_ids as by_id using (prospect_id)
    left join (
        select lower(email) as email, min(person_id) as person_id
        from prospects inner join person_ids using (prospect_id)
        where email is not null
        group by all
    ) as by_email on by_email.email = lower(activities.email)
    left join (
        select lower(linkedin_url) as linkedin_url, min(person_id) as person_id
        from prospects inner join person_ids using (prospect_id)
        where linkedin_url is not null
        group by all
    ) as by_profile on by_profile.linkedin_url = lower(activities.linkedin_url)
    left join (
        select phone_digits(phone) as digits, min(person_id) as person_id
        from prospects inner join person_ids using (prospect_id)
        where phone is not null
        group by all having count(distinct person_id) = 1
    ) as by_phone on by_phone.digits = phone_digits(activities.phone)
)

select
    activities.* exclude (rep_id, channel, campaign_id),
    case
        when channel in ('call', 'email', 'linkedin', 'meeting', 'mail', 'sms') then channel
        else 'other'
    end as channel,
    campaign_id,
    if(activities.rep_id in (from known_reps), activities.rep_id, null) as rep_id,
    addressed.person_id,
    coalesce(people.company_id, company_ids.company_id) as company_id,
    coalesce(people.customer_key, company_ids.company_id) as customer_key,
    coalesce(companies.sector, '(unknown)') as sector,
    coalesce(is_service, false) as is_about_service
from activities
inner join addressed using (activity_id)
left join people using (person_id)
left join company_ids using (account_id)
left join companies on companies.company_id = coalesce(people.company_id, company_ids.company_id)
where not coalesce(people.is_test, false) and not coalesce(companies.is_test, false);

create macro known(word) as coalesce(word, '(unknown)');

create table happened as
select
    acts.*,
    occurred_day as day,
    known(acts.rep_id) as rep,
    coalesce(
        is_before(since.d, since.a, since.t, occurred_day, occurred_at, occurred_timed), false
    ) as with_customer,
    -- a call that a human took
    acts.channel = 'call'
    and (outcome = 'answered' or (outcome is null and direction = 'inbound')) as is_answered,
    outcome = 'reply'
    or (outcome is null and direction = 'inbound' and acts.channel not in ('call', 'meeting'))
        as is_reply
from acts
left join customers using (customer_key)
where occurred_day <= getvariable('as_of');

create table touches as
select *
from happened
where
    direction = 'outbound'
    and not is_about_service
    and channel != 'meeting'
    and coalesce(outcome, 'sent') not in ('bounced', 'failed', 'cancelled');

create table prospecting_touches as
select * from touches where not with_customer;

create table bookings as
with times as (
    select
        acts.*,
        coalesce(created_day, occurred_day) as day,
        coalesce(created_at, occurred_at) as booked_at,
        if(created_at is null, occurred_timed, created_timed) as booked_timed
    from acts
    where
        (
            channel = 'meeting'
            and (
                created_at is not null
                or outcome = 'booked'
                or from_source not in (
                    select from_source from acts where channel = 'meeting' and outcome = 'booked'
                )
            )
        )
        or (
            outcome = 'meeting_booked'
            and from_source not in (select from_source from acts where channel = 'meeting')
        )
)

select
    times.*,
    known(times.rep_id) as rep,
    coalesce(is_before(since.d, since.a, since.t, times.day, booked_at, booked_timed), false)
        as with_customer
from times
left join customers using (customer_key)
where times.day <= getvariable('as_of');

create table responses as
with candidates as (
    select
        activity_id, person_id, day, occurred_at as instant, occurred_timed as timed, rep, sector,
        channel, campaign_id, direction, in_reply_to
    from happened
    where
        (is_answered or is_reply or (channel = 'linkedin' and outcome = 'accepted'))
        and not with_customer
        and not is_about_service
    union all by name
    select
        activity_id, person_id, day, booked_at as instant, booked_timed as timed, rep, sector,
        channel, campaign_id, direction, in_reply_to
    from bookings
    where not with_customer and not is_about_service
),

placed as (
    select
        candidates.* exclude (channel, campaign_id),
        coalesce(
            answered.channel,
            case when candidates.direction = 'inbound' then campaigns.channel end,
            candidates.channel
        ) as channel,
        if(answered.activity_id is null, candidates.campaign_id, answered.campaign_id)
            as campaign_id
    from candidates
    left join acts as answered on answered.activity_id = candidates.in_reply_to
    left join campaigns on campaigns.campaign_id = candidates.campaign_id
    where candidates.person_id is not null
)

select *, channel in ('email', 'linkedin', 'mail', 'sms') as is_message
from placed
qualify row_number() over (
    partition by person_id, campaign_id, if(campaign_id is null, channel, null)
    order by instant, activity_id
) = 1;

create table conversations as
select *
from happened
where
    not is_about_service
    and (is_answered or is_reply or (channel = 'meeting' and outcome = 'held'))
qualify row_number() over (
    partition by coalesce(person_id, company_id, activity_id), channel, occurred_day
    order by occurred_at, activity_id
) = 1;

-- ---------------------------------------------------------------- stages
create table first_stages as
with events as (
    select person_id, 'contacted' as stage, day as d, occurred_at as a, occurred_timed as t
    from prospecting_touches
    union all
    select person_id, 'engaged', day, instant, timed from responses
    union all
    select person_id, 'engaged', day, occurred_at, occurred_timed
    from conversations where not with_customer
    union all
    select person_id, 'meeting', day, occurred_at, occurred_timed
    from happened where channel = 'meeting' and outcome = 'held' and not with_customer
)

select person_id, stage, arg_min(struct_pack(d, a, t), (d, a)) as moment
from events
where person_id is not null
group by all;

-- whose deal it is when it names nobody
create table company_people as
select
    people.company_id,
    arg_min(
        people.person_id,
        (
            contacted.moment.a is null,
            coalesce(contacted.moment.a, detected.a),
            people.person_id
        )
    ) as person_id
from people
left join first_stages as contacted
    on contacted.stage = 'contacted' and contacted.person_id = people.person_id
where people.company_id is not null and not is_test
group by all;

create table owned_deals as
select
    all_deals.* exclude (person_id),
    coalesce(all_deals.person_id, company_people.person_id) as person_id
from all_deals
left join company_people using (company_id);

create table all_quotes as
select
    quotes.* exclude (amount, rep_id),
    sent_day as day,
    coalesce(own.company_id, owned_deals.company_id, people.company_id) as company_id,
    coalesce(person_ids.person_id, owned_deals.person_id, company_people.person_id) as person_id,
    coalesce(quotes.rep_id, owned_deals.rep_id, companies.owner_rep_id) as rep_id,
    owned_deals.campaign_id,
    converted(quotes.amount, quotes.currency, sent_day) as amount
from quotes
left join company_ids as own using (account_id)
left join owned_deals using (deal_id)
left join person_ids on person_ids.prospect_id = quotes.prospect_id
left join people on people.person_id = person_ids.person_id
left join companies
    on companies.company_id
    = coalesce(own.company_id, owned_deals.company_id, people.company_id)
left join company_people
    on company_people.company_id = coalesce(own.company_id, owned_deals.company_id)
where sent_day <= getvariable('as_of')
    and not coalesce(people.is_test, false)
    and not coalesce(companies.is_test, false);

create table stages as
with events as (
    from first_stages
    union all
    select person_id, 'qualified', own_qualified from people where own_qualified is not null
    union all
    select person_id, 'created', struct_pack(d := created_day, a := created_at, t := created_timed)
    from owned_deals
    where created_day <= getvariable('as_of')
    union all
    select person_id, 'quoted', struct_pack(d := sent_day, a := sent_at, t := sent_timed)
    from all_quotes
    union all
    select owned_deals.person_id, 'won', first_win
    from won_deals
    inner join owned_deals using (deal_id)
),

possible as (
    select events.person_id, stage, arg_min(moment, (moment.d, moment.a)) as moment
    from events
    inner join people using (person_id)
    left join customers using (customer_key)
    where
        not coalesce(
            is_before(since.d, since.a, since.t, moment.d, moment.a, moment.t), false
        )
    group by all
)

pivot possible
on stage in ('contacted', 'engaged', 'qualified', 'created', 'meeting', 'quoted', 'won')
using any_value(moment) group by person_id;

create table persons as
with first_touches as (
    select person_id, arg_min(struct_pack(rep, channel), (occurred_at, activity_id)) as first_touch
    from prospecting_touches
    where person_id is not null
    group by all
),

first_responses as (
    select person_id, arg_min(struct_pack(rep, channel), (instant, activity_id)) as first_response
    from responses
    group by all
),

staged as (
    select
        people.*,
        stages.contacted,
        stages.engaged,
        coalesce(stages.qualified, stages.created) as qualified,
        stages.meeting,
        stages.quoted,
        stages.won,
        stages.qualified as qualified_by_name,
        stages.created as first_deal,
        known(people.owner_rep_id) as owner,
        known(coalesce(first_touch.rep, first_response.rep, people.owner_rep_id)) as rep,
        known(coalesce(first_touch, first_response).channel) as channel,
        known(companies.sector) as sector
    from people
    left join stages using (person_id)
    left join companies on companies.company_id = people.company_id
    left join first_touches using (person_id)
    left join first_responses using (person_id)
    where not people.is_test
),

moved as (
    select
        * replace (
            list_aggregate(
                list_filter(
                    [contacted, engaged, qualified, meeting, quoted, won],
                    lambda stage: is_before(
                        stage.d, stage.a, stage.t, detected.d, detected.a, detected.t
                    )
                ),
                'min'
            ) as detected
        ),
        detected as typed_detected
    from staged
)

select
    moved.* replace (coalesce(moved.detected, typed_detected) as detected),
    (
        select arg_min(
            struct_pack(d := day, a := occurred_at, t := occurred_timed, rep),
            (occurred_at, occurred_timed, activity_id)
        )
        from touches
        where touches.person_id = moved.person_id
    ) as touched,
    coalesce(qualified, meeting, quoted, won) as reached_qualified,
    (select min(day) from responses where responses.person_id = moved.person_id) as responded_on
from moved
left join customers using (customer_key)
where
    coalesce(moved.detected, typed_detected).d <= getvariable('as_of')
    and not coalesce(
        is_before(
            since.d, since.a, since.t,
            coalesce(moved.detected, typed_detected).d,
            coalesce(moved.detected, typed_detected).a,
            coalesce(moved.detected, typed_detected).t
        ),
        false
    );

-- ---------------------------------------------------------------- customers, sales, voices
create table signed as
select
    customers.customer_key,
    customers.since,
    since.d as day,
    known(customers.rep_id) as rep,
    known(persons.channel) as channel,
    known(companies.sector) as sector
from customers
left join companies on companies.company_id = customers.customer_key
left join company_people on company_people.company_id = customers.customer_key
left join persons
    on persons.person_id
    = coalesce(customers.won_person, company_people.person_id, customers.customer_key);

create macro first_channel(campaign, otherwise) as known(coalesce(
    (select campaigns.channel from campaigns where campaigns.campaign_id = campaign), otherwise
));

create table sales as
select
    all_orders.* exclude (rep_id),
    known(all_orders.rep_id) as rep,
    first_channel(all_orders.campaign_id, signed.channel) as channel,
    known(companies.sector) as sector,
    signed.since.d as customer_since
from all_orders
left join signed using (customer_key)
left join companies using (company_id);

create table purchases as
select
    *,
    row_number() over (partition by customer_key order by day, order_id) as nth,
    min(day) over (partition by customer_key) as first_ordered_on
from sales
where coalesce(amount, 0) >= 0;

create table opportunities as
select
    owned_deals.* exclude (rep_id),
    owned_deals.created_day as day,
    known(coalesce(owned_deals.rep_id, companies.owner_rep_id)) as rep,
    first_channel(owned_deals.campaign_id, coalesce(persons.channel, signed.channel)) as channel,
    known(companies.sector) as sector,
    if(is_closed, status, 'open') as state
from owned_deals
left join companies using (company_id)
left join persons using (person_id)
left join signed on signed.customer_key = owned_deals.customer_key;

create table closed_deals as
select * replace (final_day as day) from opportunities where is_closed;

create table offers as
select
    all_quotes.* exclude (rep_id),
    known(all_quotes.rep_id) as rep,
    first_channel(all_quotes.campaign_id, coalesce(persons.channel, signed.channel)) as channel,
    known(companies.sector) as sector,
    coalesce(decided_day, sent_day) <= getvariable('as_of') as is_decided,
    is_decided and status = 'accepted' as is_accepted,
    is_decided and status in ('rejected', 'expired') as is_refused
from all_quotes
left join companies using (company_id)
left join persons using (person_id)
left join signed on signed.customer_key = coalesce(all_quotes.company_id, all_quotes.person_id);

create table agreements as
select
    all_contracts.* exclude (started_on),
    started_on as day,
    known(signed.rep) as rep,
    known(signed.channel) as channel,
    known(signed.sector) as sector
from all_contracts
left join signed using (customer_key)
where started_on <= getvariable('as_of');

create table endings as
select
    least(ends_on, cancelled_on) as day,
    known(signed.rep) as rep,
    known(signed.channel) as channel,
    known(signed.sector) as sector,
    renewed_by_contract_id is not null as is_renewed
from all_contracts
left join signed using (customer_key)
where least(ends_on, cancelled_on) <= getvariable('as_of');

create table voices as
select
    survey, score, scale_max, responded_at,
    responded_day as day,
    coalesce(person_ids.person_id, company_ids.company_id, response_id) as respondent,
    signed.since.d as customer_since,
    known(signed.rep) as rep,
    known(signed.channel) as channel,
    known(companies.sector) as sector
from survey_responses
left join person_ids using (prospect_id)
left join people using (person_id)
left join company_ids using (account_id)
left join companies on companies.company_id = coalesce(company_ids.company_id, people.company_id)
left join signed on signed.customer_key = coalesce(company_ids.company_id, people.customer_key)
where responded_day <= getvariable('as_of')
    and not coalesce(people.is_test, false) and not coalesce(companies.is_test, false);

create table demands as
select
    category,
    opened_day as day,
    known(signed.rep) as rep,
    known(signed.channel) as channel,
    known(companies.sector) as sector
from tickets
left join company_ids using (account_id)
left join companies using (company_id)
left join signed on signed.customer_key = company_ids.company_id
where opened_day <= getvariable('as_of') and not coalesce(companies.is_test, false);

create table stars as
select
    rating,
    posted_day as day,
    known(signed.rep) as rep,
    known(signed.channel) as channel,
    known(companies.sector) as sector
from reviews
left join company_ids using (account_id)
left join companies using (company_id)
left join signed on signed.customer_key = company_ids.company_id
where posted_day <= getvariable('as_of');

create table recommenders as
select
    signed.*,
    (
        select min(referred_day)
        from referrals
        inner join company_ids on company_ids.account_id = referrals.referrer_account_id
        where
            company_ids.company_id = signed.customer_key
            and referred_day <= getvariable('as_of')
            and (
                is_valid
                or (
                    is_valid is null
                    and referred_prospect_id in (select prospect_id from prospects)
                )
            )
    ) as referred_on
from signed;

-- ---------------------------------------------------------------- money spent
create table spending as
with items as (
    select
        incurred_on as first_day,
        coalesce(incurred_to, incurred_on) as final_day,
        nature,
        channel,
        campaign_id,
        rep_id,
        0 as worked,
        converted(amount, currency, incurred_on) as amount
    from costs
    union all
    select
        month, last_day(month), 'human', channel, campaign_id, rep_id,
        days, loaded_monthly_cost * days / coalesce(working_days, 25)
    from rep_time
),

counted as (
    select *, row_number() over () as item, final_day - first_day + 1 as day_count from items
),

daily as (
    select
        *,
        unnest(generate_series(first_day, final_day, interval 1 day))::date as day
    from counted
)

select
    item,
    day,
    nature,
    campaign_id,
    known(rep_id) as rep,
    known(channel) as channel,
    '(own)' as sector,
    worked / day_count as worked,
    amount / day_count as amount
from daily
where day <= getvariable('as_of');

create table spending_by_sector as
with months as (
    select
        item, date_trunc('month', day) as month, any_value(rep) as rep,
        any_value(channel) as channel, any_value(campaign_id) as campaign_id,
        any_value(nature) as nature, sum(amount) as amount
    from spending
    group by all
),

matched as (
    select
        months.item, months.month, prospecting_touches.sector, count(*) as touch_count
    from months
    inner join prospecting_touches
        on date_trunc('month', prospecting_touches.day) = months.month
        and (months.rep = '(unknown)' or months.rep = prospecting_touches.rep)
        and (months.channel = '(unknown)' or months.channel = prospecting_touches.channel)
        and (
            months.campaign_id is null
            or months.campaign_id = prospecting_touches.campaign_id
        )
    group by all
)

select
    months.month::date as day,
    months.nature,
    coalesce(matched.sector, '(unallocated)') as sector,
    amount * coalesce(touch_count / sum(touch_count) over (partition by item, month), 1) as amount
from months
left join matched using (item, month);

-- ---------------------------------------------------------------- customers at a period's ends
create table period_ends as
with grains as (select unnest(['month', 'quarter', 'year']) as grain),

days as (
    select unnest(generate_series(
        date_trunc('year', (select min(since.d) from customers)),
        getvariable('as_of'),
        interval 1 month
    ))::date as day
)

select distinct
    grain,
    date_trunc(grain, day)::date as day,
    least(
        (
            date_trunc(grain, day)
            + case grain
                when 'month' then interval 1 month
                when 'quarter' then interval 3 month
                else interval 1 year
            end
        )::date - 1,
        getvariable('as_of')
    ) as last_day
from grains cross join days;

create table active_days as
select customer_key, day as first_day, day + 364 as final_day from real_orders
union all
select customer_key, final_day, final_day + 364 from won_deals
union all
-- a deal reopened after its first win: a customer since then, and active since then
select customer_key, first_win.d, first_win.d + 364 from won_deals
union all
select
    customer_key, started_on,
    coalesce(holds_to, date '9999-12-31')
from all_contracts;

create table loyalty as
select
    period_ends.grain,
    period_ends.day,
    signed.rep,
    signed.channel,
    signed.sector,
    coalesce(bool_or(period_ends.day - 1 between first_day and final_day), false) as at_start,
    coalesce(bool_or(last_day between first_day and final_day), false) as at_end
from signed
inner join active_days using (customer_key)
cross join period_ends
group by
    period_ends.grain, period_ends.day, signed.customer_key,
    signed.rep, signed.channel, signed.sector;
