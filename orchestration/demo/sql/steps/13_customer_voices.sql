-- What customers say: tickets, surveys, reviews, recommendations; and what people ask
-- to be spared. Content customers say kinder things.
create table served_customers as
select
    customers.account_no,
    customers.prospect_no,
    customers.won_minute,
    contentment(customers.account_no) as content,
    (getvariable('as_of_minute') - customers.won_minute) / 9600.0 as months
from customers
where customers.account_no is not null;

create table complaint_reasons as
select * from (values
    ('Retard de mise en service', 34, 'La mise en service prend du retard.'),
    ('Panne du logiciel', 24, 'L’application ne répond plus depuis ce matin.'),
    ('Facturation', 16, 'La facture ne correspond pas au devis.'),
    ('Délai de réponse du support', 12, 'Sans réponse depuis une semaine.'),
    ('Matériel défectueux', 8, 'Un capteur reçu ne s’allume pas.'),
    ('Formation insuffisante', 6, 'L’équipe n’a pas été formée au module.')
) as listed (reason, slots, text);

create table complaint_slots as
select
    row_number() over (order by slots desc, slot) - 1 as slot,
    reason,
    text
from (select *, slots_of(slots) as slot from complaint_reasons);

create table tickets as
with
counted as (
    select
        *,
        least(30, floor(
            months * 0.17 * (1.4 - 0.8 * content) + draw(account_no, 'tickets')
        ))::bigint as ticket_count
    from served_customers
),

opened as (
    select
        account_no,
        content,
        account_no * 32 + ticket_no as ticket_key,
        (won_minute + 400 + floor(
            (getvariable('as_of_minute') - won_minute - 400)
            * (ticket_no + draw(account_no * 32 + ticket_no, 'opened')) / ticket_count
        ))::integer as opened_minute
    from (select *, unnest(range(ticket_count)) as ticket_no from counted)
    where won_minute + 400 < getvariable('as_of_minute')
),

sorted as (
    select
        *,
        case
            when draw(ticket_key, 'category') < 0.36 - 0.24 * content then 'complaint'
            when draw(ticket_key, 'category') < 0.48 - 0.32 * content
                then 'dissatisfaction'
            when draw(ticket_key, 'category') < 0.53 - 0.36 * content
                then 'refund_request'
            when draw(ticket_key, 'category') > 0.97 - 0.12 * content then 'compliment'
            when draw(ticket_key, 'category') > 0.65 then 'service'
            else 'question'
        end as category,
        opened_minute + floor(long_tail(ticket_key, 'closed after', 700, 1.0))
            as closing_minute
    from opened
),

first_contracts as (
    select
        account_no,
        min(started_on) as started_on,
        arg_min(contract_id, (started_on, contract_id)) as contract_id
    from contracts
    group by account_no
)

select
    numbered('TK', row_number() over (
        order by sorted.opened_minute, sorted.ticket_key
    ), 6) as ticket_id,
    sorted.ticket_key,
    sorted.account_no,
    sorted.content,
    sorted.opened_minute,
    known_by_now(sorted.closing_minute)::integer as closed_minute,
    sorted.category,
    case
        when sorted.category in ('complaint', 'dissatisfaction', 'refund_request')
            and draw(sorted.ticket_key, 'reason given') < 0.95
            then complaint_slots.reason
        when sorted.category in ('question', 'service') then
            pick(
                ['Paramétrage', 'Accès', 'Pièces détachées', 'Facturation', 'Export'],
                draw(sorted.ticket_key, 'subject')
            )
    end as reason,
    case
        when sorted.category = 'compliment' then 'Merci à l’équipe, tout fonctionne.'
        when sorted.category in ('complaint', 'dissatisfaction', 'refund_request')
            then complaint_slots.text
    end as text,
    first_contracts.contract_id
from sorted
inner join complaint_slots
    on floor(100 * draw(sorted.ticket_key, 'reason')) = complaint_slots.slot
inner join work_clock on sorted.opened_minute = work_clock.work_minute
left join first_contracts
    on
        sorted.account_no = first_contracts.account_no
        and first_contracts.started_on <= work_clock.wall_at;

create table survey_responses as
with
asked as (
    -- the relationship, every half-year
    select
        'nps' as survey,
        account_no * 16 + round_no as answer_key,
        account_no,
        prospect_no,
        content,
        won_minute + 52000 * round_no + 12000 as asked_minute,
        0.5 as share,
        6.0 as base,
        4.2 as slope,
        0 as worst,
        10 as best
    from (
        select *, unnest(range(least(9, floor(months / 5.4) + 1)::bigint)) as round_no
        from served_customers
    )

    union all
    -- the effort of getting started, two months after signing
    select
        'ces', account_no * 16 + 14, account_no, prospect_no, content,
        won_minute + 18000, 0.45, 3.6, 3.2, 1, 7
    from served_customers

    union all
    -- each ticket, once it is closed
    select
        'csat', 1000000000 + ticket_key, account_no, null, content,
        closed_minute + 300, 0.4,
        case when category = 'complaint' then 2.8 else 3.7 end, 1.6, 1, 5
    from tickets
    where closed_minute is not null
),

answered as (
    select
        *,
        asked_minute
        + floor(long_tail(answer_key, survey || ' answers after', 500, 0.9))
            as answered_minute,
        base + slope * content + 0.18 * best * bell(answer_key, survey || ' mood')
            as opinion
    from asked
    where draw(answer_key, survey || ' answers') < share
)

select
    numbered('ENQ', row_number() over (
        order by answered_minute, survey, answer_key
    ), 6) as response_id,
    survey,
    account_no,
    prospect_no,
    answered_minute::integer as answered_minute,
    greatest(worst, least(best, round(opinion)))::integer as score,
    case when survey != 'nps' then best end as scale_max,
    case when draw(answer_key, survey || ' comments') < 0.3 then
        case
            when opinion > base + 0.75 * slope then 'Équipe réactive, outil simple.'
            when opinion < base + 0.2 * slope then 'Trop long à mettre en place.'
        end
    end as comment
from answered
where answered_minute <= getvariable('as_of_minute');

create table reviews as
select
    numbered('AV', account_no, 7) as review_id,
    pick(
        ['Google', 'Google', 'Annuaire des logiciels'], draw(account_no, 'platform')
    ) as platform,
    (won_minute + 14000 + floor(60000 * draw(account_no, 'reviews when')))::integer
        as posted_minute,
    greatest(1, least(5, round(
        2.3 + 3.1 * content + 0.7 * bell(account_no, 'stars')
    )))::integer as rating,
    account_no,
    case when content > 0.6 then 'Un vrai gain de temps à l’atelier.' end as comment
from served_customers
where draw(account_no, 'reviews') < 0.22;

-- A recommended prospect comes from a customer of that day, the more content of two
-- where there are several.
create table referrals as
with
ranked as (
    select
        account_no,
        content,
        won_minute,
        row_number() over (order by won_minute, account_no) as customer_no
    from served_customers
),

won_by_day as (
    select
        work_clock.wall_at::date as day,
        count(*) as won_count
    from served_customers
    inner join work_clock on served_customers.won_minute = work_clock.work_minute
    group by work_clock.wall_at::date
),

known_customers as (
    select
        calendar.day_no,
        coalesce(sum(won_by_day.won_count) over (
            order by calendar.day rows between unbounded preceding and 1 preceding
        ), 0) as customer_count
    from calendar
    left join won_by_day on calendar.day = won_by_day.day
),

recommended as (
    select
        prospects.prospect_no,
        prospects.detected_minute,
        1 + floor(
            known_customers.customer_count * draw(prospects.prospect_no, 'referrer')
        )::bigint as first_no,
        1 + floor(
            known_customers.customer_count
            * draw(prospects.prospect_no, 'other referrer')
        )::bigint as second_no
    from prospects
    inner join known_customers on prospects.day_no = known_customers.day_no
    where
        prospects.lead_source = 'Recommandation'
        and known_customers.customer_count > 0
        -- few customers recommend few
        and draw(prospects.prospect_no, 'referral noted')
        < 0.75 * least(1, known_customers.customer_count / 120)
)

select
    numbered('RC', recommended.prospect_no, 7) as referral_id,
    case when one.content >= other.content then one.account_no else other.account_no
    end as referrer_account_no,
    case when draw(recommended.prospect_no, 'referred known') < 0.94
        then recommended.prospect_no end as referred_prospect_no,
    recommended.detected_minute as referred_minute,
    case when draw(recommended.prospect_no, 'referral valid') < 0.07 then 'non' end
        as is_valid
from recommended
inner join ranked as one on recommended.first_no = one.customer_no
inner join ranked as other on recommended.second_no = other.customer_no;

create table suppressions as
select
    touches.work_minute + 30 as requested_minute,
    'opt_out' as kind,
    touches.prospect_no
from touches
where touches.unsubscribes and touches.work_minute + 30 <= getvariable('as_of_minute')

union all

select
    answers.answered_minute + 4000,
    'erasure',
    answers.prospect_no
from answers
inner join engagements on answers.prospect_no = engagements.prospect_no
where
    not engagements.is_interested
    and draw(answers.prospect_no, 'wants erasure') < 0.006
    and answers.answered_minute + 4000 <= getvariable('as_of_minute');
