-- What prospecting costs: licences, sending accounts, data, advertising, letters,
-- fairs, and the days of the reps. Whatever can be counted costs by its count, so that
-- a larger company pays more.
create table months as
select
    month_start::date as month_start,
    (month_start + interval 1 month)::date - 1 as month_end
from (
    select unnest(generate_series(
        getvariable('first_day')::timestamp, getvariable('as_of')::timestamp,
        interval 1 month
    )) as month_start
);

-- one row per rep and month at work; the days are those of the work clock: fewer in
-- August, when people are away
create table rep_months as
select
    reps.rep_no,
    reps.rep_id,
    months.month_start,
    months.month_end,
    greatest(months.month_start, reps.joined_on) as from_day,
    least(months.month_end, reps.left_on) as to_day,
    sum(calendar.minutes) filter (
        where calendar.day between reps.joined_on
        and coalesce(reps.left_on, getvariable('as_of'))
    ) / 480 as days_at_work,
    count(*) filter (where calendar.minutes > 40) as working_days
from months
inner join calendar on calendar.day between months.month_start and months.month_end
inner join reps
    on
        reps.joined_on <= months.month_end
        and coalesce(reps.left_on, getvariable('as_of')) >= months.month_start
group by all;

create table rep_time as
with
spent as (
    select
        activities.rep_no,
        date_trunc('month', work_clock.wall_at)::date as month_start,
        -- a meeting is time for all channels
        nullif(activities.channel, 'meeting') as channel,
        sum(case activities.channel
            when 'meeting' then 90 when 'call' then 8 when 'email' then 6 else 7
        end) as minutes
    from activities
    inner join work_clock on activities.work_minute = work_clock.work_minute
    where
        activities.direction = 'outbound'
        and not activities.is_service
        and activities.work_minute <= getvariable('as_of_minute')
    group by
        activities.rep_no,
        date_trunc('month', work_clock.wall_at),
        activities.channel
),

shared as (
    select
        rep_no,
        month_start,
        channel,
        minutes / sum(minutes) over (partition by rep_no, month_start) as share
    from spent
)

select
    rep_months.rep_no,
    rep_months.rep_id,
    rep_months.month_start,
    shared.channel,
    rep_months.working_days,
    greatest(0.25, round(4 * shared.share * rep_months.days_at_work * (
        0.42 + 0.16 * draw(rep_months.rep_no, 'prospecting share')
        + 0.06 * draw(
            rep_months.rep_no * 10000 + (rep_months.month_start - date '2000-01-01'),
            'prospecting month'
        )
    )) / 4)::decimal(6, 2) as days,
    round(
        (4700 + case when rep_months.rep_no <= 3 then 1100 else 0 end
            + 50 * floor(12 * draw(rep_months.rep_no, 'salary')))
        * power(1.025, year(rep_months.month_start) - 2024)
    )::decimal(12, 2) as loaded_monthly_cost
from rep_months
inner join shared
    on
        rep_months.rep_no = shared.rep_no
        and rep_months.month_start = shared.month_start;

create table costs as
with
monthly as (
    select
        months.month_start,
        months.month_end,
        staff.rep_count,
        arrivals.new_count,
        arrivals.bought_count,
        arrivals.site_count,
        arrivals.webinar_count
    from months
    inner join (
        select
            month_start,
            count(*) as rep_count
        from rep_months
        group by month_start
    ) as staff on months.month_start = staff.month_start
    inner join (
        select
            date_trunc('month', day)::date as month_start,
            count(*) as new_count,
            count(*) filter (where lead_source = 'Fichier acheté') as bought_count,
            count(*) filter (where lead_source = 'Site web') as site_count,
            count(*) filter (where lead_source = 'Webinaire') as webinar_count
        from prospects
        group by date_trunc('month', day)
    ) as arrivals on months.month_start = arrivals.month_start
),

letters as (
    select
        touches.campaign_id,
        date_trunc('month', work_clock.wall_at)::date as month_start,
        count(*) as letter_count
    from touches
    inner join work_clock on touches.work_minute = work_clock.work_minute
    where touches.channel = 'mail'
    group by touches.campaign_id, date_trunc('month', work_clock.wall_at)
),

listed as (
    select
        month_start as incurred_on, month_end as incurred_to, 'tools' as cost_type,
        'other' as nature, null as channel, null as campaign_id, null as rep_id,
        45.00 * rep_count as amount, 'EUR' as currency
    from monthly

    union all
    select
        month_start, month_end, 'tools', 'automation', 'email', null, null,
        189 + 9 * rep_count, 'EUR'
    from monthly

    union all
    select
        month_start, month_end, 'tools', 'other', 'call', null, null,
        22.5 * rep_count, 'EUR'
    from monthly

    union all
    select
        month_start, month_end, 'sending_accounts', 'automation', 'email', null, null,
        12.5 * (3 + rep_count), 'EUR'
    from monthly

    union all
    -- who leaves in mid-month takes no licence into the next
    select
        from_day, to_day, 'tools', 'automation', 'linkedin', null, rep_id, 79, 'EUR'
    from rep_months

    union all
    -- a Swiss supplier completes addresses and company data
    select
        month_start, month_end, 'data', 'other', null, null, null,
        60 + 0.32 * new_count, 'CHF'
    from monthly

    union all
    select
        month_start, month_start, 'data', 'other', null, null, null,
        0.85 * bought_count, 'EUR'
    from monthly
    where bought_count > 0

    union all
    select
        month_start, month_end, 'ads', 'media', null, 'WEB-ENTRANTS', null,
        round(
            (120 + 22 * site_count) * (0.85 + 0.3 * draw(
                month_start - date '2000-01-01', 'ads'
            )), 2
        ), 'EUR'
    from monthly

    union all
    select
        month_start, month_end, 'events', 'other', null, null, null,
        140 + 9 * webinar_count, 'EUR'
    from monthly
    where webinar_count > 0

    union all
    select
        month_start, (month_start + interval 3 month)::date - 1, 'agency', 'other',
        null, null, null, 1500, 'EUR'
    from months
    where month(month_start) % 3 = 1

    union all
    select
        min(day), max(day), 'events', 'other', null, null, null, 4350, 'EUR'
    from (
        select day, day - row_number() over (order by day)::integer as fair
        from calendar
        where is_fair and day <= getvariable('as_of')
    )
    group by fair

    union all
    select
        started_on, started_on, 'creative',
        'other', channel, campaign_id, null,
        case
            when campaign_id[:3] = 'REL' then 320
            when channel = 'mail' then 690
            when channel = 'email' then 1240
            else 850
        end, 'EUR'
    from campaigns
    where channel in ('mail', 'email', 'linkedin') and budget_amount is not null

    union all
    select
        min(month_start), min(month_start), 'printing', 'media', 'mail', campaign_id,
        null, 180 + 0.74 * sum(letter_count), 'EUR'
    from letters
    group by campaign_id

    union all
    select
        letters.month_start, months.month_end, 'postage', 'media', 'mail',
        letters.campaign_id, null, 1.39 * letters.letter_count, 'EUR'
    from letters
    inner join months on letters.month_start = months.month_start
)

select
    numbered('FR', row_number() over (
        order by incurred_on, cost_type, channel, campaign_id, rep_id, amount
    ), 5) as cost_id,
    incurred_on,
    incurred_to,
    cost_type,
    nature,
    channel,
    campaign_id,
    rep_id,
    amount::decimal(12, 2) as amount,
    currency
from listed;

-- the Swiss franc in euros, from the first of each month on
create table fx_rates as
select
    month_start as rate_on,
    'CHF' as currency,
    round(
        1.058 + 0.018 * sin((month_start - getvariable('first_day')) / 140.0)
        + 0.004 * bell(month_start - date '2000-01-01', 'franc'), 4
    )::decimal(8, 4) as rate
from months;
