-- grain: one row per stage that a won deal entered.
-- How long won deals were in it, each time that they entered it, until they left it or
-- were won. Only stages with an entry of their own count: of the others it is not known
-- since when a deal was in them.
with stage_openings as (
    select * from {{ ref('fct_deal_stage_openings') }}
    where entered_on is not null
),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

stays as (
    select
        stage_openings.deal_key,
        stage_openings.stage,
        stage_openings.entered_on,
        max(stage_openings.open_before - stage_openings.entered_on) as days_in_stage
    from stage_openings
    inner join deals
        on stage_openings.deal_key = deals.deal_key
    group by all
),

usual_stays as (
    select
        stage,
        count(*) as won_stays,
        quantile_cont(cast(days_in_stage as double), [0.5, 0.9]) as quantiles
    from stays
    group by all
),

bi_usual_stays as (
    select
        stage,
        won_stays,
        quantiles[1] as median_days_in_stage,
        quantiles[2] as p90_days_in_stage
    from usual_stays
)

select * from bi_usual_stays
