-- The sales force: six reps in three teams, more in a larger demo.
create table reps as
with
numbered_reps as (
    select
        rep_no,
        ['Ouest', 'Nord-Est', 'Sud'][1 + (rep_no - 1) % 3] as team,
        case
            when rep_no = 6 then date '2025-10-01'
            when rep_no > 6 and rep_no % 4 = 0 then date '2026-01-05'
            else getvariable('first_day')
        end as joined_on,
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
    (row_number() over (partition by team order by joined_on, rep_no) - 1)::integer
        as team_slot,
    -- how well a rep sells, how long a rep insists, whether a rep prefers to call
    coalesce(
        [1.15, 0.92, 1.30, 0.80, 1.05, 0.72][rep_no], 0.7 + 0.6 * draw(rep_no, 'skill')
    )
        as skill,
    coalesce(
        [1.00, 1.12, 0.95, 0.78, 1.22, 0.90][rep_no],
        0.8 + 0.4 * draw(rep_no, 'persistence')
    ) as persistence,
    coalesce(
        [0.15, 0.45, 0.20, 0.05, 0.50, 0.10][rep_no], 0.5 * draw(rep_no, 'calls')
    ) as call_bias
from named_reps;

create table team_strength as
select
    calendar.day_no,
    reps.team,
    count(*)::integer as rep_count
from calendar
inner join reps on calendar.day >= reps.joined_on
group by calendar.day_no, reps.team;

-- Campaign ids are spelt from kind, period and segment, so that a touch knows its own.
create macro quarter_of(moment) as year(moment)::varchar || 'T' || quarter(moment);
create macro half_year_of(moment) as
    year(moment)::varchar || 'S' || case when month(moment) <= 6 then 1 else 2 end;

create table campaigns as
with
quarters as (
    select unnest(generate_series(
        getvariable('first_day'), getvariable('as_of'), interval 3 month
    ))::date as started_on
),

halves as (
    select * from (values
        (date '2025-04-01', date '2025-06-30'), (date '2025-07-01', date '2025-12-31'),
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
        'EML-' || quarter_of(started_on) || '-' || segment as campaign_id,
        'E-mailing ' || quarter_of(started_on) || ' – ' || target_segment as name,
        'email' as channel,
        target_segment,
        started_on,
        (started_on + interval 3 month)::date - 1 as ended_on,
        1400
        + 100 * floor(14 * draw(year(started_on) * 10 + quarter(started_on), segment))
            as budget_amount
    from quarters, segments

    union all
    select
        'LKD-' || quarter_of(started_on),
        'LinkedIn décideurs ' || quarter_of(started_on),
        'linkedin',
        null,
        started_on,
        (started_on + interval 3 month)::date - 1,
        900 + 50 * floor(10 * draw(year(started_on) * 10 + quarter(started_on), 'LKD'))
    from quarters

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
        2380.5
    from quarters
    where quarter_of(started_on) in ('2025T4', '2026T1', '2026T3')

    union all
    select 'WEB-ENTRANTS', 'Demandes entrantes du site', 'other', null,
        getvariable('first_day'), null, null
)

select
    campaign_id, name, channel, target_segment, started_on, ended_on,
    budget_amount::decimal(12, 2) as budget_amount
from all_campaigns;
