-- From a first answer to a signature. Everything is planned to its end here; the
-- exports keep what had happened by the end of the data, so that young cohorts are
-- unfinished and the pipeline is open, as in life.
create table engagements as
with
judged as (
    select
        answers.prospect_no,
        answers.answered_minute as engaged_minute,
        sequences.account_no,
        sequences.rep_no,
        sequences.skill,
        sequences.is_open,
        draw(answers.prospect_no, 'interest') < case
            when sequences.is_open then least(0.55 * power(sequences.skill, 0.5), 0.9)
            else 0.05
        end * remaining_chance('qualified', sequences.day) as is_interested
    from answers
    inner join sequences on answers.prospect_no = sequences.prospect_no
    where answers.answered_minute <= getvariable('as_of_minute')
)

select
    *,
    case when is_interested then
        engaged_minute + 480
        + floor(long_tail(prospect_no, 'qualified after', 1300, 0.8))
    end::integer as qualified_minute,
    case when not is_interested and draw(prospect_no, 'disqualified') < 0.6 then
        engaged_minute + 200
        + floor(long_tail(prospect_no, 'disqualified after', 2600, 0.7))
    end::integer as disqualified_minute,
    pick(
        [
            'Pas de besoin', 'Pas de budget', 'Déjà équipé', 'Déjà équipé',
            'Mauvais interlocuteur', 'Projet reporté'
        ],
        draw(prospect_no, 'why disqualified')
    ) as disqualified_reason
from judged;

-- First meetings: nearly all who qualify get one; one in eight does not come, and is
-- offered another.
create table meetings as
with
first_meetings as (
    select
        prospect_no,
        60 as meeting_no,
        qualified_minute + floor(700 * draw(prospect_no, 'books after'))
            as booked_minute,
        qualified_minute + 1100 + floor(3600 * draw(prospect_no, 'meets after'))
            as held_minute,
        draw(prospect_no, 'shows up') as shows_up
    from engagements
    where is_interested and draw(prospect_no, 'has meeting') < 0.88
),

second_chances as (
    select
        prospect_no,
        61 as meeting_no,
        held_minute + 60 + floor(900 * draw(prospect_no, 'rebooks after'))
            as booked_minute,
        held_minute + 1900 + floor(2900 * draw(prospect_no, 'second chance'))
            as held_minute,
        0.14 + 0.86 * draw(prospect_no, 'shows up again') as shows_up
    from first_meetings
    where shows_up < 0.21 and draw(prospect_no, 'rebooks') < 0.7
),

all_meetings as (
    select * from first_meetings
    union all
    select * from second_chances
)

select
    prospect_no,
    meeting_no,
    booked_minute::integer as booked_minute,
    held_minute::integer as held_minute,
    case
        when shows_up < 0.15 then 'no_show'
        when shows_up < 0.21 then 'cancelled'
        else 'held'
    end as outcome
from all_meetings;

create table planned_deals as
with
met as (
    select
        prospect_no,
        min(held_minute) filter (where outcome = 'held') as met_minute
    from meetings
    group by prospect_no
),

opened as (
    select
        engagements.prospect_no,
        engagements.account_no,
        engagements.rep_no,
        engagements.qualified_minute
        + floor(900 * draw(engagements.prospect_no, 'opens deal after'))
            as created_minute,
        met.met_minute,
        prospects.amount_factor,
        draw(engagements.prospect_no, 'signs') < least(
            getvariable('closing') * prospects.closing * power(engagements.skill, 1.3)
            * case prospects.lead_source
                when 'Recommandation' then 1.35 when 'Partenaire' then 1.2
                when 'Fichier acheté' then 0.8 else 1 end
            * case when met.met_minute is null then 0.18 else 1.12 end, 0.85
        ) as is_won,
        draw(engagements.prospect_no, 'stuck') < 0.05 as is_stuck
    from engagements
    inner join prospects on engagements.prospect_no = prospects.prospect_no
    left join met on engagements.prospect_no = met.prospect_no
    where
        engagements.is_interested
        and draw(engagements.prospect_no, 'has deal') < 0.92
)

select
    opened.prospect_no::bigint as deal_key,
    opened.prospect_no,
    opened.account_no,
    opened.rep_no,
    'Nouveaux clients' as pipeline,
    opened.created_minute::integer as created_minute,
    opened.is_won and not opened.is_stuck as is_won,
    greatest(
        opened.created_minute + long_tail(
            opened.prospect_no, 'cycle',
            case when opened.is_won then 14500 else 15500 end
            * power(opened.amount_factor, 0.35), 0.5
        ),
        coalesce(opened.met_minute, 0) + 900
    )::integer as closed_minute,
    opened.is_stuck,
    10 * round(
        long_tail(opened.prospect_no, 'amount', 760, 0.55) * opened.amount_factor
    )::decimal(12, 2) as amount,
    product_slots.product_no,
    product_slots.product_id,
    opened.met_minute is not null as has_met
from opened
inner join product_slots
    on floor(100 * draw(opened.prospect_no, 'product')) = product_slots.slot;

-- Customers who want more: a second deal months later, half of them without a contact.
insert into planned_deals
select
    deal_key + 100000000,
    case when draw(deal_key, 'extension contact') < 0.5 then prospect_no end,
    account_no,
    rep_no,
    'Extensions',
    closed_minute + 22000 + floor(45000 * draw(deal_key, 'extension when')),
    draw(deal_key, 'extension wins') < 0.6,
    closed_minute + 22000 + floor(45000 * draw(deal_key, 'extension when'))
    + floor(long_tail(deal_key, 'extension cycle', 7500, 0.5)),
    false,
    10 * round(amount / 10 * (0.25 + 0.5 * draw(deal_key, 'extension amount'))),
    product_no,
    product_id,
    true
from planned_deals
where is_won and account_no is not null and draw(deal_key, 'extension') < 0.22;

create table deals as
select
    planned_deals.* replace (
        served_by(
            planned_deals.rep_no,
            least(planned_deals.closed_minute, getvariable('as_of_minute'))
        ) as rep_no
    ),
    coalesce(accounts.currency, 'EUR') as currency,
    numbered('D', row_number() over (
        order by planned_deals.created_minute, planned_deals.deal_key
    ), 6) as deal_id,
    not planned_deals.is_stuck
    and planned_deals.closed_minute <= getvariable('as_of_minute')
        as is_closed,
    -- how far a lost deal got: 1 qualification … 4 negotiation; hardly anyone gets an
    -- offer without a meeting
    case
        when planned_deals.is_won then 4
        when not planned_deals.has_met
            then 1 + floor(2.15 * draw(planned_deals.deal_key, 'lost at'))
        else 1 + floor(3.8 * power(draw(planned_deals.deal_key, 'lost at'), 0.9))
    end::integer as last_stage_no
from planned_deals
left join accounts on planned_deals.account_no = accounts.account_no
where planned_deals.created_minute <= getvariable('as_of_minute');

create table deal_stages as
with
steps as (
    select * from (values
        (1, 'Qualification', 0), (2, 'Démonstration', 0.22),
        (3, 'Proposition', 0.45), (4, 'Négociation', 0.74)
    ) as listed (stage_no, stage, share)
),

entered as (
    select
        deals.deal_key,
        deals.deal_id,
        steps.stage_no,
        steps.stage,
        case when steps.stage_no = 1 then deals.created_minute else
            deals.created_minute + floor(
                (deals.closed_minute - deals.created_minute)
                * (
                    steps.share
                    + 0.1 * draw(deals.deal_key * 8 + steps.stage_no, 'stage')
                )
            ) end::integer as entered_minute
    from deals
    cross join steps
    where
        steps.stage_no <= deals.last_stage_no
        -- a third goes from the proposal straight to the signature
        and (steps.stage_no < 4 or draw(deals.deal_key, 'negotiates') < 0.68)

    union all

    select
        deal_key,
        deal_id,
        5,
        case when is_won then 'Gagnée' else 'Perdue' end,
        closed_minute
    from deals
    where is_closed
)

select deal_key, deal_id, stage_no, stage, entered_minute
from entered
where entered_minute <= getvariable('as_of_minute');

-- The first sale of each customer, for what follows it.
create table customers as
select
    coalesce(account_no, -prospect_no) as customer_key,
    any_value(account_no) as account_no,
    arg_min(prospect_no, closed_minute::bigint * 1000000000 + deal_key) as prospect_no,
    arg_min(rep_no, closed_minute::bigint * 1000000000 + deal_key) as rep_no,
    min(closed_minute) as won_minute
from deals
where is_won and is_closed and deal_key < 100000000
group by coalesce(account_no, -prospect_no);
