-- What the day is made of: who was met, which deals moved, who is new.
create or replace macro draw(key, purpose) as
    md5_number_lower(concat_ws('|', key, purpose, getvariable('day'), getvariable('seed')))
    % 1000000 / 1000000.0;
create or replace macro named(letter, number) as
    letter || strftime(getvariable('day'), '%Y%m%d') || '-' || lpad(number::varchar, 6, '0');
create or replace macro in_the_day(key, purpose) as
    getvariable('day') + to_minutes((480 + floor(600 * draw(key, purpose)))::integer);
create or replace macro in_iso_time(moment) as strftime(moment, '%Y-%m-%d %H:%M');
create or replace macro in_french_time(moment) as strftime(moment, '%d/%m/%Y %H:%M');
create or replace macro with_comma(amount) as replace(amount::varchar, '.', ',');

set variable rep_ids = (
    select list(rep_id order by rep_id) from reps
    where coalesce(valid_to, '9999-12-31') > getvariable('day')::varchar
);
create or replace macro some_rep(key, purpose) as
    getvariable('rep_ids')[1 + floor(len(getvariable('rep_ids')) * draw(key, purpose))::integer];

-- the records that no planted row stands beside
create or replace table known_prospects as
select * from prospects
where prospect_id < 'P9'
qualify count(*) over (partition by prospect_id) = 1;

create or replace table known_accounts as
select * from accounts
where account_id < 'A9'
qualify count(*) over (partition by account_id) = 1;

create or replace table open_deals as
select * from deals
where deal_id < 'D9' and status = 'open'
qualify count(*) over (partition by deal_id) = 1;

create or replace table met as
select prospect_id, account_id, coalesce(owner_rep_id, 'R01') as rep_id,
    row_number() over (order by draw(prospect_id, 'met'), prospect_id) as met_no
from known_prospects
where opted_out_at is null and disqualified_at is null
order by met_no
limit getvariable('touch_count');

create or replace table newcomers as
select *, row_number() over (order by draw(prospect_id, 'new'), prospect_id) as new_no
from known_prospects
where account_id is not null
order by new_no
limit getvariable('newcomer_count');

create or replace table moved_deals as
with
chosen as (
    select *, draw(deal_id, 'fate') as fate,
        case stage
            when 'Qualification' then 'Démonstration'
            when 'Démonstration' then 'Proposition'
            else 'Négociation'
        end as next_stage
    from open_deals
    order by draw(deal_id, 'moved'), deal_id
    limit getvariable('moved_deal_count')
)
select * exclude (fate, next_stage, stage, status),
    in_the_day(deal_id, 'moves') as moved_at,
    case
        when fate < 0.35 then 'won'
        when fate < 0.65 or stage = next_stage then 'lost'
        else 'open'
    end as status,
    case
        when fate < 0.35 then 'Gagnée'
        when fate < 0.65 or stage = next_stage then 'Perdue'
        else next_stage
    end as stage
from chosen;

create or replace table new_deals as
select named('D', row_number() over (order by draw(prospect_id, 'deal'), prospect_id)) as deal_id,
    prospect_id, account_id, coalesce(owner_rep_id, 'R01') as rep_id,
    in_the_day(prospect_id, 'deal') as opened_at,
    (2000 + floor(18000 * draw(prospect_id, 'amount')))::integer as amount
from known_prospects
where account_id is not null and disqualified_at is null
order by deal_id
limit getvariable('new_deal_count');
