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

any_stage as (
    select * from reference
    where stage = 'any'
),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

days as (
    select distinct least(periods.period_end, clock.as_of) as day
    from periods
    cross join clock
),

stages as (select distinct coalesce(stage, '(unknown)') as stage from openings),

stage_days as (
    select
        stages.stage,
        days.day,
        days.day - 1 as day_before
    from stages
    cross join days
),

learnt as (
    select
        stage_days.stage,
        stage_days.day,
        closings.deals_closed,
        closings.deals_won
    from stage_days
    asof left join closings
        on
            stage_days.stage = closings.stage
            and stage_days.day_before >= closings.closed_on
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
    left join any_stage
        on true
)

select * from kpi_stage_probabilities
