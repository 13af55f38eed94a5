-- grain: one row per stage and day at which some period ends (or as_of).
-- The chance that a deal in the stage is won, learnt from the deals that had been in it
-- and were closed before that day; from 30 of them on, else the reference value; for
-- deals of which it was not known in which stage they were, that of `any`. A stage that
-- nothing tells to be open, won or lost has none.
{% set least_deals = 30 %}
with closings as (select * from {{ ref('kpi_stage_closings') }}),

openings as (
    select * from {{ ref('fct_deal_stage_openings') }}
    where not is_stage_unknown
),

reference as (select * from {{ ref('stg_reference__stage_probabilities') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

days as (
    select distinct least(periods.period_end, clock.as_of) as day
    from periods
    cross join clock
),

stages as (select distinct coalesce(stage, '(unknown)') as stage from openings),

-- a deal's end is known from the next day on
told as (
    select
        stage,
        closed_on + 1 as day,
        deals_closed,
        deals_won,
        false as is_asked
    from closings
    union all
    select
        stages.stage,
        days.day,
        null as deals_closed,
        null as deals_won,
        true as is_asked
    from stages
    cross join days
),

-- what was closed only ever grows: the most is the latest
learnt as (
    select
        stage,
        day,
        is_asked,
        max(deals_closed) over until_day as deals_closed,
        max(deals_won) over until_day as deals_won
    from told
    window until_day as (
        partition by stage
        order by day
    )
),

kpi_stage_probabilities as (
    select
        learnt.stage,
        learnt.day,
        cast(coalesce(learnt.deals_closed, 0) as bigint) as deals_closed,
        cast(coalesce(learnt.deals_won, 0) as bigint) as deals_won,
        cast(
            case
                when learnt.deals_closed >= {{ least_deals }}
                    then cast(learnt.deals_won as double) / learnt.deals_closed
                else coalesce(own.probability, any_stage.probability)
            end as double
        ) as probability,
        coalesce(learnt.deals_closed >= {{ least_deals }}, false) as is_learnt
    from learnt
    left join reference as own
        on lower(trim(learnt.stage)) = own.stage
    left join reference as any_stage
        on any_stage.stage = 'any'
    where learnt.is_asked
)

select * from kpi_stage_probabilities
