-- The sales force: seven reps in three teams, more in a larger demo. They come, go and
-- change teams in the middle of a month, as people do; who leaves has a successor.
create table reps as
with
numbered_reps as (
    select
        rep_no,
        ['Ouest', 'Nord-Est', 'Sud'][1 + (rep_no - 1) % 3] as team,
        case
            when rep_no = 6 then date '2025-09-15'
            when rep_no = 7 then date '2026-05-11'
            when rep_no > 7 and rep_no % 4 = 0 then date '2026-01-12'
            else getvariable('first_day')
        end as joined_on,
        case
            when rep_no = 4 then date '2026-05-22'
            when rep_no > 7 and rep_no % 10 = 3 then date '2026-03-18'
        end as left_on,
        -- of the same team: every third number is
        case
            when rep_no = 4 then 7
            when rep_no > 7 and rep_no % 10 = 3 then rep_no - 3
        end as successor_no,
        draw(rep_no, 'rep gender') < 0.5 as is_woman
    from (select unnest(generate_series(1, getvariable('rep_count'))) as rep_no)
),

named_reps as (
    select
        *,
        case
            when is_woman
                then pick(getvariable('feminine_names'), draw(rep_no, 'rep name'))
            else pick(getvariable('masculine_names'), draw(rep_no, 'rep name'))
        end as first_name,
        -- steps of a number coprime with the list: no two reps share a family name
        -- before the list is exhausted
        getvariable('family_names')[
            1 + (rep_no * 37) % len(getvariable('family_names'))
        ] as last_name
    from numbered_reps
)

select
    rep_no::integer as rep_no,
    numbered('R', rep_no, 2) as rep_id,
    first_name || ' ' || last_name as name,
    slug(first_name) || '.' || slug(last_name) || '@brelune.example' as email,
    team,
    case
        when rep_no <= 3 then 'Responsable d''équipe'
        when is_woman then 'Commerciale terrain'
        else 'Commercial terrain'
    end as role,
    joined_on,
    left_on,
    successor_no::integer as successor_no,
    -- how well a rep sells, how long a rep insists, whether a rep prefers to call
    coalesce(
        [1.15, 0.92, 1.30, 0.80, 1.05, 0.72, 1.00][rep_no],
        0.7 + 0.6 * draw(rep_no, 'skill')
    )
        as skill,
    coalesce(
        [1.00, 1.12, 0.95, 0.78, 1.22, 0.90, 1.05][rep_no],
        0.8 + 0.4 * draw(rep_no, 'persistence')
    ) as persistence,
    coalesce(
        [0.05, 0.22, 0.08, 0.02, 0.26, 0.04, 0.10][rep_no], 0.25 * draw(rep_no, 'calls')
    ) as call_bias
from named_reps;

-- one row per rep and period in a team
create table rep_periods as
with
moves as (
    select * from (values (5, 'Ouest', date '2026-02-16')) as listed (
        rep_no, team, moved_on
    )
)

select
    reps.rep_no,
    reps.team,
    reps.joined_on as valid_from,
    coalesce(moves.moved_on - 1, reps.left_on) as valid_to
from reps
left join moves on reps.rep_no = moves.rep_no

union all

select
    moves.rep_no,
    moves.team,
    moves.moved_on,
    reps.left_on
from moves
inner join reps on moves.rep_no = reps.rep_no;

-- one row per day and rep at work in a team that day: new accounts are shared out so
create table team_rosters as
select
    calendar.day_no,
    rep_periods.team,
    rep_periods.rep_no,
    (row_number() over (
        partition by calendar.day_no, rep_periods.team order by rep_periods.rep_no
    ) - 1)::integer as team_slot
from calendar
inner join rep_periods
    on
        calendar.day between rep_periods.valid_from
        and coalesce(rep_periods.valid_to, date '9999-12-31');

create table team_strength as
select
    day_no,
    team,
    count(*)::integer as rep_count
from team_rosters
group by day_no, team;

-- Who serves a rep's customers at a minute of the work clock: the rep, then, once gone,
-- the successor. Lists by rep number, so that a row needs no join.
set variable last_minutes = (
    select
        list(calendar.first_minute + calendar.minutes - 1 order by reps.rep_no)
    from reps
    left join calendar on reps.left_on = calendar.day
);
set variable successors = (select list(successor_no order by rep_no) from reps);

create macro served_by(rep_no, work_minute) as
    case when work_minute > getvariable('last_minutes')[rep_no]
        then getvariable('successors')[rep_no] else rep_no end;

-- Campaign ids are spelt from kind, period and segment, so that a touch knows its own.
create macro quarter_of(moment) as year(moment)::varchar || 'T' || quarter(moment);
create macro half_year_of(moment) as
    year(moment)::varchar || 'S' || case when month(moment) <= 6 then 1 else 2 end;
-- a season begins with October: 2526 is October 2025 to September 2026
create macro season_of(moment) as
    strftime(moment - interval 9 month, '%y')
    || strftime(moment + interval 3 month, '%y');
-- letters are sent in some quarters only
create macro has_mailing(quarter) as
    quarter in ('2024T4', '2025T2', '2025T4', '2026T1', '2026T3');

create table campaigns as
with
quarters as (
    select unnest(generate_series(
        getvariable('first_day'), getvariable('as_of'), interval 3 month
    ))::date as started_on
),

seasons as (
    select unnest(generate_series(
        getvariable('first_day'), getvariable('as_of'), interval 1 year
    ))::date as started_on
),

halves as (
    select * from (values
        (date '2024-10-01', date '2024-12-31'), (date '2025-01-01', date '2025-06-30'),
        (date '2025-07-01', date '2025-12-31'),
        (date '2026-01-01', date '2026-06-30'), (date '2026-07-01', date '2026-12-31')
    ) as listed (started_on, ended_on)
),

segments as (
    select * from (values
        ('IND', 'Industrie, BTP et logistique'), ('TER', 'Tertiaire et commerces')
    ) as listed (segment, target_segment)
),

all_campaigns as (
    select
        'EML-' || season_of(started_on) || '-' || segment as campaign_id,
        'E-mailing ' || strftime(started_on, '%Y–') || year(started_on) + 1 || ', '
        || target_segment as name,
        'email' as channel,
        target_segment,
        started_on,
        (started_on + interval 1 year)::date - 1 as ended_on,
        5600 + 100 * floor(34 * draw(year(started_on), segment)) as budget_amount
    from seasons, segments

    union all
    select
        'LKD-' || season_of(started_on),
        'LinkedIn décideurs ' || strftime(started_on, '%Y–') || year(started_on) + 1,
        'linkedin',
        null,
        started_on,
        (started_on + interval 1 year)::date - 1,
        3600 + 50 * floor(20 * draw(year(started_on), 'LKD'))
    from seasons

    union all
    select
        'TEL-' || half_year_of(started_on),
        'Temps forts téléphoniques ' || half_year_of(started_on),
        'call',
        null,
        started_on,
        ended_on,
        null
    from halves

    union all
    select
        'REL-' || half_year_of(started_on),
        'Relance des sans-réponse ' || half_year_of(started_on),
        'email',
        null,
        started_on,
        ended_on,
        600
    from halves

    union all
    select
        'MLG-' || quarter_of(started_on),
        'Mailing papier « L’arrêt de trop » ' || quarter_of(started_on),
        'mail',
        null,
        started_on,
        (started_on + interval 3 month)::date - 1,
        1180
    from quarters
    where has_mailing(quarter_of(started_on))

    union all
    select 'WEB-ENTRANTS', 'Demandes entrantes du site', 'other', null,
        getvariable('first_day'), null, null
)

select
    campaign_id, name, channel, target_segment, started_on, ended_on,
    budget_amount::decimal(12, 2) as budget_amount
from all_campaigns;
