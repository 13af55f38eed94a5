-- grain: one row per closed deal: when it was closed and, when won, first won.
-- The first win of a deal that was reopened is its first entry into a won stage, else
-- the earliest win that loads showed.
with keyed as (select * from {{ ref('int_deals_keyed') }}),

closings as (select * from {{ ref('int_deal_closings') }}),

stage_entries as (select * from {{ ref('int_deal_stage_entries') }}),

versions as (select * from {{ ref('int_deal_versions') }}),

stages as (select * from {{ ref('int_stages') }}),

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
    inner join keyed
        on stage_entries.deal_key = keyed.deal_key
    inner join stages
        on
            keyed.source = stages.source
            and {{ folded_word('stage_entries.stage') }} = stages.stage
            and stages.is_won
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
        closings.is_closed_on_imputed,
        case when closings.status = 'won' then first_wins.won_at end as first_won_at,
        case when closings.status = 'won' then first_wins.won_on end as first_won_on,
        case when closings.status = 'won' then first_wins.won_has_time end
            as first_won_has_time
    from closings
    left join first_wins
        on closings.deal_key = first_wins.deal_key
)

select * from int_deals_closed
