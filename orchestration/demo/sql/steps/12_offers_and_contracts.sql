-- What is signed besides the order: the offers on the way there, and the contracts that
-- follow, year after year for as long as the customer renews.
create table quotes as
with
offered as (
    select
        deals.*,
        least(
            deal_stages.entered_minute
            + floor(60 + 800 * draw(deals.deal_key, 'writes offer')),
            deals.closed_minute - 30
        )::integer as sent_minute,
        draw(deals.deal_key, 'second offer') < 0.16 as has_second
    from deals
    inner join deal_stages
        on deals.deal_key = deal_stages.deal_key and deal_stages.stage_no = 3
    where draw(deals.deal_key, 'offer recorded') < 0.97
),

-- a first offer that is turned down is followed by a lower one half-way to the end
numbered_offers as (
    select
        offered.*,
        offer_no,
        case when offer_no = 2
            then (sent_minute + least(closed_minute, sent_minute + 9600)) // 2
            else sent_minute end as offered_minute,
        10 * round(
            amount / 10 * case when offer_no = 1 and has_second then 1.12 else 1 end
        ) as offered_amount
    from offered
    cross join (values (1), (2)) as offers (offer_no)
    where offer_no = 1 or has_second
),

judged as (
    select
        *,
        case
            when offer_no = 1 and has_second
                then (sent_minute + least(closed_minute, sent_minute + 9600)) // 2 - 20
            when not is_closed then null
            when is_won or draw(deal_key, 'says no') < 0.72 then closed_minute
        end as decided_minute,
        offer_no = 2 or not has_second as is_last
    from numbered_offers
    where offered_minute <= getvariable('as_of_minute')
)

select
    numbered('DV', deal_id[2:]::integer, 6) || '-' || offer_no as quote_id,
    deal_key,
    deal_id,
    account_no,
    prospect_no,
    rep_no,
    offered_minute::integer as sent_minute,
    known_by_now(decided_minute) as decided_minute,
    offered_amount::decimal(12, 2) as amount,
    currency,
    is_closed and is_won and is_last as is_accepted
from judged;

-- Licences and maintenance run for a year and are renewed by most.
create table contracts as
with
first_contracts as (
    select
        deals.deal_key,
        deals.deal_id,
        deals.account_no,
        deals.currency,
        deals.amount,
        date_trunc('month', work_clock.wall_at + interval 20 day)::date as begins_on
    from deals
    inner join work_clock on deals.closed_minute = work_clock.work_minute
    where
        deals.is_won
        and deals.is_closed
        and deals.account_no is not null
        and deals.pipeline = 'Nouveaux clients'
        and deals.product_no <= 5
),

years as (
    select
        *,
        (begins_on + to_months(12 * (year_no - 1)::integer))::date as started_on,
        (begins_on + to_months(12 * year_no::integer))::date - 1 as ends_on,
        draw(deal_key * 4 + year_no, 'renews') < 0.62 + 0.35 * contentment(account_no)
            as renews,
        case when draw(deal_key * 4 + year_no, 'cancels')
            < 0.14 * (1 - contentment(account_no))
            then (
                begins_on
                + to_months(12 * (year_no - 1)::integer)
                + to_days(60 + floor(
                    270 * draw(deal_key * 4 + year_no, 'cancels when')
                )::integer)
            )::date end as gives_notice_on
    from (select *, unnest(generate_series(1, 4)) as year_no from first_contracts)
),

kept as (
    select
        *,
        case
            when gives_notice_on <= getvariable('as_of') then gives_notice_on
            -- most of those who do not renew say so, for the last day
            when gives_notice_on is null and not renews
                and ends_on <= getvariable('as_of')
                and draw(deal_key * 4 + year_no, 'says so') < 0.75 then ends_on
        end as cancelled_on,
        -- the year before was seen to its end and renewed
        coalesce(
            bool_and(renews and gives_notice_on is null) over (
                partition by deal_key order by year_no
                rows between unbounded preceding and 1 preceding
            ), true
        ) as is_reached
    from years
),

in_force as (
    -- who renews has signed before the old year ends: what begins tomorrow is known
    select * from kept
    where is_reached and started_on <= getvariable('as_of') + 1
)

select
    'CT' || deal_id[2:] || '-' || year_no as contract_id,
    account_no,
    deal_id,
    year_no,
    started_on,
    ends_on,
    cancelled_on,
    case when cancelled_on is not null then
        pick(
            [
                'Prix', 'Prix', 'Prix', 'Prix', 'Support insuffisant',
                'Support insuffisant', 'Support insuffisant', 'Concurrent',
                'Concurrent', 'Cessation d’activité', 'Besoin disparu', null
            ],
            draw(deal_key * 4 + year_no, 'why cancelled')
        )
    end as cancel_reason,
    lead('CT' || deal_id[2:] || '-' || year_no) over (
        partition by deal_key order by year_no
    ) as renewed_by_contract_id,
    round(amount / 12 * 0.8 * power(1.03, year_no - 1), 2)::decimal(12, 2)
        as monthly_amount,
    currency
from in_force;
