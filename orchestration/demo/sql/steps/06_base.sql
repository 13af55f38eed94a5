-- The sales base: prospects in the order in which they were detected, and their
-- companies. About seven in ten bring a company of their own; the others are further
-- contacts of one that is already known.
create table detected as
with
numbered_prospects as (
    select unnest(range(1, getvariable('prospect_count') + 1)) as prospect_no
),

placed as (
    select
        prospect_no,
        -- one in twenty was in the file that the first CRM import brought
        case
            when prospect_no <= 0.05 * getvariable('prospect_count') then 0
            else (
                prospect_no - 0.05 * getvariable('prospect_count') - 1
                + draw(prospect_no, 'detected')
            ) / (0.95 * getvariable('prospect_count') + 1)
        end as share,
        prospect_no <= 0.05 * getvariable('prospect_count') as is_first_import,
        draw(prospect_no, 'account') as account_draw,
        draw(prospect_no, 'moment') as moment_draw
    from numbered_prospects
)

select
    placed.prospect_no::integer as prospect_no,
    placed.is_first_import,
    arrival_slots.day,
    arrival_slots.day_no::integer as day_no,
    arrival_slots.is_fair,
    (
        arrival_slots.first_minute
        + floor(placed.moment_draw * arrival_slots.minutes)
    )::integer
        as detected_minute,
    (arrival_slots.first_minute + arrival_slots.minutes)::integer as next_day_minute,
    placed.account_draw < 0.68 or placed.prospect_no = 1 as brings_account,
    placed.account_draw > 0.975 and placed.prospect_no > 1 as has_no_account,
    placed.moment_draw
from placed
inner join arrival_slots on floor(100000 * placed.share)::bigint = arrival_slots.slot;

create table people as
with
counted as (
    select
        *,
        -- a sum: a filtered count over such a frame is quadratic
        sum(brings_account::integer) over (
            order by prospect_no rows between unbounded preceding and current row
        )::integer as account_count
    from detected
)

select
    prospect_no,
    is_first_import,
    day,
    day_no,
    is_fair,
    detected_minute,
    next_day_minute,
    moment_draw,
    brings_account,
    case
        when has_no_account then null
        when brings_account then account_count
        else 1 + floor(account_count * sqrt(draw(prospect_no, 'which account')))
    end::integer as account_no
from counted;

create table accounts as
with
founded as (
    select account_no, prospect_no, day, day_no
    from people
    where brings_account
),

described as (
    select
        founded.account_no,
        founded.day as created_on,
        founded.day_no,
        sector_slots.sector,
        sector_slots.segment,
        sector_slots.pull * size_slots.pull as pull,
        sector_slots.closing * size_slots.closing as closing,
        size_slots.amount_factor as amount_factor_of_size,
        region_slots.region,
        region_slots.country,
        region_slots.team,
        pick(region_slots.cities, draw(founded.account_no, 'city')) as city,
        floor(
            size_slots.at_least + (size_slots.at_most + 1 - size_slots.at_least)
            * power(draw(founded.account_no, 'employees'), 1.6)
        )::integer as employee_count,
        pick(sector_slots.trades, draw(founded.account_no, 'trade')) || ' '
        || pick(getvariable('family_names'), draw(founded.account_no, 'house'))
        || pick(getvariable('house_endings'), draw(founded.account_no, 'ending'))
            as short_name,
        pick(sector_slots.trade_slugs, draw(founded.account_no, 'trade')) || '-'
        || pick(getvariable('family_slugs'), draw(founded.account_no, 'house'))
        || pick(getvariable('house_ending_slugs'), draw(founded.account_no, 'ending'))
            as address
    from founded
    inner join sector_slots
        on floor(100 * draw(founded.account_no, 'sector')) = sector_slots.slot
    inner join size_slots
        on floor(100 * draw(founded.account_no, 'size')) = size_slots.slot
    inner join region_slots
        on floor(100 * draw(founded.account_no, 'region')) = region_slots.slot
),

-- materialized, so that the owner is looked up by team and slot, not among all slots
told_apart as materialized (
    select
        described.*,
        is_thin(described.sector, described.employee_count) as is_thin,
        row_number() over (
            partition by described.address order by described.account_no
        ) as namesake_no,
        floor(team_strength.rep_count * draw(described.account_no, 'owner'))::integer
            as owner_slot
    from described
    inner join team_strength
        on described.team = team_strength.team
        and described.day_no = team_strength.day_no
)

select
    told_apart.account_no,
    told_apart.short_name
    || case when told_apart.namesake_no > 1
        then ' (' || told_apart.city || ')' else '' end
        as name,
    told_apart.address
    || case when told_apart.namesake_no > 1
        then '-' || told_apart.namesake_no else '' end
    || '.example' as domain,
    told_apart.created_on,
    told_apart.sector,
    told_apart.segment,
    told_apart.pull,
    told_apart.closing,
    told_apart.amount_factor_of_size
    * case when told_apart.is_thin then getvariable('planted_type').factor else 1 end
        as amount_factor,
    told_apart.is_thin,
    told_apart.region,
    told_apart.country,
    case when told_apart.country = 'CH' then 'CHF' else 'EUR' end as currency,
    told_apart.city,
    told_apart.employee_count,
    team_rosters.rep_no
from told_apart
inner join team_rosters
    on
        told_apart.team = team_rosters.team
        and told_apart.day_no = team_rosters.day_no
        and told_apart.owner_slot = team_rosters.team_slot;

create table prospects as
with
sourced as (
    select
        people.*,
        case
            when people.is_first_import then 'Fichier acheté'
            when people.is_fair and draw(people.prospect_no, 'fair') < 0.5 then 'Salon'
        end as forced_source,
        floor(100 * draw(people.prospect_no, 'source')) as source_slot,
        floor(100 * draw(people.prospect_no, 'persona')) as persona_slot,
        draw(people.prospect_no, 'gender') < 0.42 as is_woman
    from people
),

described as (
    select
        sourced.prospect_no,
        sourced.account_no,
        sourced.day,
        sourced.day_no,
        sourced.moment_draw,
        case when lead_sources.lead_source = 'Site web'
            and sourced.moment_draw > 0.7
                then sourced.next_day_minute else sourced.detected_minute
        end as detected_minute,
        lead_sources.lead_source,
        lead_sources.pull as source_pull,
        lead_sources.contact_share,
        lead_sources.delay_minutes,
        lead_sources.delay_spread,
        lead_sources.plans,
        persona_slots.persona,
        persona_slots.pull as persona_pull,
        pick(
            case when sourced.is_woman then persona_slots.feminine_titles
                else persona_slots.titles end,
            draw(sourced.prospect_no, 'title')
        ) as job_title,
        case
            when sourced.is_woman then
                pick(
                    getvariable('feminine_names'),
                    draw(sourced.prospect_no, 'first name')
                )
            else pick(
                getvariable('masculine_names'), draw(sourced.prospect_no, 'first name')
            )
        end as first_name,
        pick(getvariable('family_names'), draw(sourced.prospect_no, 'last name'))
            as last_name,
        case
            when sourced.is_woman then
                pick(
                    getvariable('feminine_slugs'),
                    draw(sourced.prospect_no, 'first name')
                )
            else pick(
                getvariable('masculine_slugs'), draw(sourced.prospect_no, 'first name')
            )
        end as first_slug,
        pick(getvariable('family_slugs'), draw(sourced.prospect_no, 'last name'))
            as last_slug
    from sourced
    inner join lead_source_slots on sourced.source_slot = lead_source_slots.slot
    inner join lead_sources
        on coalesce(sourced.forced_source, lead_source_slots.lead_source)
        is not distinct from lead_sources.lead_source
    inner join persona_slots on sourced.persona_slot = persona_slots.slot
),

told_apart as (
    select
        *,
        row_number() over (
            partition by account_no, first_slug, last_slug order by prospect_no
        ) as namesake_no
    from described
)

select
    described.prospect_no,
    described.account_no,
    described.day,
    described.day_no,
    described.detected_minute,
    described.moment_draw,
    described.lead_source,
    described.contact_share,
    described.delay_minutes,
    described.delay_spread,
    described.plans,
    described.persona,
    described.job_title,
    described.first_name,
    described.last_name,
    coalesce(accounts.segment, 'TER') as segment,
    coalesce(accounts.amount_factor, 0.7) as amount_factor,
    coalesce(accounts.closing, 0.9) as closing,
    coalesce(accounts.rep_no, 1 + described.prospect_no % 3)::integer as rep_no,
    case when draw(described.prospect_no, 'has email') < 0.955 then
        described.first_slug || '.' || described.last_slug
        || case when described.namesake_no > 1
            then described.namesake_no::varchar else '' end
        || coalesce(
            '@' || accounts.domain, '.' || described.prospect_no || '@boite-pro.example'
        )
    end as email,
    case when draw(described.prospect_no, 'has phone') < 0.88 then
        case when described.prospect_no % 2 = 0 then '063998' else '019900' end
        || lpad(((described.prospect_no // 2 % 10000 * 7919) % 10000)::varchar, 4, '0')
    end as phone,
    case when described.lead_source = 'LinkedIn'
        or draw(described.prospect_no, 'has profile') < 0.35 then
        'https://www.linkedin.com/in/demo-' || described.first_slug || '-'
        || described.last_slug || '-' || described.prospect_no
    end as linkedin_url,
    -- an address that no longer exists: bought lists have more of them
    draw(described.prospect_no, 'bad email')
    < case when described.lead_source = 'Fichier acheté' then 0.07 else 0.02 end
        as has_bad_email,
    least(
        getvariable('openness') * described.source_pull * described.persona_pull
        * coalesce(accounts.pull, 0.8)
        * (
            0.88 + 0.24 * described.day_no
            / (getvariable('as_of') - getvariable('first_day'))
        ), 0.85
    ) as openness
from told_apart as described
left join accounts on described.account_no = accounts.account_no;
