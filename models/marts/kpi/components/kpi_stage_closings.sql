-- grain: one row per stage and day on which deals that had been in it were closed.
-- How many of those deals were closed up to that day, and how many of them won. A deal
-- had been in a stage that it entered, or in which a load showed it open. Nothing is
-- learnt of a stage that nothing tells to be open, won or lost.
with openings as (
    select * from {{ ref('fct_deal_stage_openings') }}
    where stage is not null
),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        status in ('won', 'lost')
        and not is_test
        and not is_after_as_of
),

entered as (
    select
        deal_key,
        stage
    from {{ ref('fct_deal_stages') }}
    where not is_after_as_of
    union
    select
        deal_key,
        stage
    from openings
),

closed as (
    select
        entered.stage,
        deals.closed_on,
        count(*) as deals_closed,
        count(*) filter (where deals.status = 'won') as deals_won
    from entered
    inner join deals
        on entered.deal_key = deals.deal_key
    anti join openings
        on
            entered.deal_key = openings.deal_key
            and entered.stage = openings.stage
            and openings.is_stage_unknown
    group by all
),

kpi_stage_closings as (
    select
        stage,
        closed_on,
        cast(sum(deals_closed) over until_day as bigint) as deals_closed,
        cast(sum(deals_won) over until_day as bigint) as deals_won
    from closed
    window until_day as (
        partition by stage
        order by closed_on
    )
)

select * from kpi_stage_closings
