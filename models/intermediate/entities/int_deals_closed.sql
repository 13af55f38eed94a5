-- grain: one row per closed deal: when it was closed and, when won, first won.
-- Closed without a time: its last stage entry, else the last change of its record;
-- without either it has no closing and `int_deals` leaves it out. The first win of a
-- deal that was reopened is its first entry into a won stage, else the earliest win
-- that loads showed.
with records as (
    {{ current_rows('deals') }}
),

keyed as (select * from {{ ref('int_deals_keyed') }}),

stage_entries as (select * from {{ ref('int_deal_stage_entries') }}),

versions as (select * from {{ ref('int_deal_versions') }}),

funnel_stages as (select * from {{ ref('stg_reference__funnel_stages') }}),

deals as (
    select
        keyed.deal_key,
        records.*
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.deal_id = keyed.deal_id
),

won_stages as (
    select
        deals.stage,
        coalesce(
            any_value(funnel_stages.outcome) = 'won',
            bool_and(deals.status = 'won')
        ) as is_won
    from deals
    left join funnel_stages
        on lower(deals.stage) = funnel_stages.stage
    group by all
),

last_entries as (
    select
        deal_key,
        max(entered_at) as closed_at,
        max_by(entered_on, entered_at) as closed_on,
        max_by(entered_has_time, entered_at) as closed_has_time
    from stage_entries
    group by all
),

closings as (
    select
        deals.deal_key,
        deals.status,
        coalesce(deals.closed_at, last_entries.closed_at, deals.updated_at)
            as closed_at,
        coalesce(deals.closed_on, last_entries.closed_on, deals.updated_on)
            as closed_on,
        coalesce(
            deals.closed_has_time, last_entries.closed_has_time, deals.updated_has_time
        ) as closed_has_time
    from deals
    left join last_entries
        on deals.deal_key = last_entries.deal_key
    where deals.status in ('won', 'lost')
),

wins as (
    select
        deal_key,
        closed_at as won_at,
        closed_on as won_on,
        closed_has_time as won_has_time
    from closings
    where status = 'won'
    union all
    select
        stage_entries.deal_key,
        stage_entries.entered_at as won_at,
        stage_entries.entered_on as won_on,
        stage_entries.entered_has_time as won_has_time
    from stage_entries
    inner join won_stages
        on
            stage_entries.stage = won_stages.stage
            and won_stages.is_won
    union all
    select
        deal_key,
        closed_at as won_at,
        closed_on as won_on,
        closed_has_time as won_has_time
    from versions
    where
        status = 'won'
        and closed_at is not null
),

first_wins as (
    select
        deal_key,
        won_at,
        won_on,
        won_has_time
    from wins
    qualify
        row_number() over (
            partition by deal_key
            order by won_on, won_has_time, won_at
        ) = 1
),

int_deals_closed as (
    select
        closings.deal_key,
        closings.closed_at,
        closings.closed_on,
        closings.closed_has_time,
        case when closings.status = 'won' then first_wins.won_at end as first_won_at,
        case when closings.status = 'won' then first_wins.won_on end as first_won_on,
        case when closings.status = 'won' then first_wins.won_has_time end
            as first_won_has_time
    from closings
    left join first_wins
        on closings.deal_key = first_wins.deal_key
    where closings.closed_at is not null
)

select * from int_deals_closed
