-- Time. Everything people do is placed on a *work clock*: minutes of business time,
-- which run slowly in August and around Christmas and stand still at week-ends. What
-- is scheduled on it dips by itself when France is away.
create table calendar as
with
days as (
    select
        unnest(generate_series(
            getvariable('first_day'), getvariable('as_of') + interval 9 month,
            interval 1 day
        ))::date as day
),

holidays as (
    select
        unnest([
            date '2024-11-01', date '2024-11-11', date '2024-12-25', date '2025-01-01',
            date '2025-04-21', date '2025-05-01', date '2025-05-08', date '2025-05-29',
            date '2025-06-09', date '2025-07-14', date '2025-08-15', date '2025-11-01',
            date '2025-11-11', date '2025-12-25', date '2026-01-01', date '2026-04-06',
            date '2026-05-01', date '2026-05-08', date '2026-05-14', date '2026-05-25',
            date '2026-07-14', date '2026-08-15', date '2026-11-01', date '2026-11-11',
            date '2026-12-25', date '2027-01-01', date '2027-03-29', date '2027-05-01',
            date '2027-05-06', date '2027-05-08', date '2027-05-17'
        ]) as day
),

-- the three days of each trade fair, and the two days after, bring cards to type in
fairs as (
    select
        unnest([
            date '2024-11-19', date '2025-03-25', date '2025-06-17', date '2025-11-18',
            date '2026-03-24', date '2026-06-16'
        ]) as opens_on
),

described as (
    select
        days.day,
        isodow(days.day) as weekday,
        month(days.day) * 100 + dayofmonth(days.day) as month_day,
        holidays.day is not null as is_holiday,
        (isodow(days.day) = 5 and days.day - 1 in (select holidays.day from holidays))
        or (
            isodow(days.day) = 1
            and days.day + 1 in (select holidays.day from holidays)
        )
            as is_bridge,
        exists (
            select 1 from fairs
            where days.day between fairs.opens_on and fairs.opens_on + 6
        ) as is_fair
    from days
    left join holidays on days.day = holidays.day
),

paced as (
    select
        day,
        is_fair,
        case
            when weekday >= 6 then 0
            when is_holiday then 0.03
            else
                case
                    when month_day between 715 and 731 then 0.72
                    when month_day between 801 and 808 then 0.60
                    when month_day between 809 and 822 then 0.45
                    when month_day between 823 and 831 then 0.70
                    when month_day between 1219 and 1231 then 0.20
                    when month_day between 101 and 106 then 0.45
                    when month_day between 901 and 1010 then 1.10
                    else 1
                end
                * case weekday when 1 then 0.92 when 5 then 0.80 else 1.05 end
                * case when is_bridge then 0.4 else 1 end
        end as season
    from described
),

noisy as (
    select
        day,
        is_fair,
        season,
        day - getvariable('first_day') as day_no,
        round(480 * season * (0.85 + 0.3 * draw(day - date '2000-01-01', 'day pace')))
        ::integer as minutes,
        season * (0.7 + 0.6 * draw(day - date '2000-01-01', 'arrivals'))
        * (
            1 + 0.9 * (day - getvariable('first_day'))
            / (getvariable('as_of') - getvariable('first_day'))
        )
        * case when is_fair then 1.9 else 1 end as arrivals
    from paced
)

select
    day,
    day_no,
    is_fair,
    minutes,
    coalesce(sum(minutes) over (
        order by day rows between unbounded preceding and 1 preceding
    ), 0)::integer as first_minute,
    case when day <= getvariable('as_of') then arrivals else 0 end as arrivals
from noisy;

-- one row per minute of business time: when it is on the wall clock
create table work_clock as
with
minutes as (
    select
        first_minute + minute_no as work_minute,
        day,
        (minute_no + 0.5) / minutes as share
    from (select *, unnest(range(minutes)) as minute_no from calendar where minutes > 0)
)

select
    work_minute::integer as work_minute,
    day
    + to_minutes(case
        when share < 0.05 then 510 + 30 * share / 0.05
        when share < 0.50 then 540 + 195 * (share - 0.05) / 0.45
        when share < 0.55 then 735 + 90 * (share - 0.50) / 0.05
        when share < 0.93 then 825 + 225 * (share - 0.55) / 0.38
        else 1050 + 75 * (share - 0.93) / 0.07
    end::integer) as wall_at
from minutes;

set variable as_of_minute = (
    select max(work_minute) from work_clock
    where wall_at < getvariable('as_of') + 1
);
-- a planned minute, or null where the end of the data comes before it
create macro known_by_now(work_minute) as
    case when work_minute <= getvariable('as_of_minute') then work_minute end;

set variable last_minute = (select max(work_minute) from work_clock);

-- When prospects are detected: 100,000 slots, shared out among the days by weight.
-- (An ASOF join on shares would say the same; on so few days DuckDB makes a nested loop
-- of it, which grows with the square of the scale.)
create table arrival_slots as
with
shares as (
    select
        day,
        day_no,
        is_fair,
        first_minute,
        minutes,
        round(
            100000 * sum(arrivals) over (order by day) / sum(arrivals) over ()
        )::bigint
            as until_slot
    from calendar
    where arrivals > 0
)

select
    day,
    day_no,
    is_fair,
    first_minute,
    minutes,
    unnest(range(lag(until_slot, 1, 0) over (order by day), until_slot)) as slot
from shares;
