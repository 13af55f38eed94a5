-- grain: one row per deal that is open at the end of as_of.
-- Which deals are stuck or late, and who has to do something? A deal is stuck when it
-- has been in its stage for longer than nine in ten won deals were, each time that they
-- entered it; ten such times are needed to say so. Activities are those with the buyer,
-- service and tests left out; the next one is at most a year away.
with stage_openings as (select * from {{ ref('fct_deal_stage_openings') }}),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        not is_test
        and not is_after_as_of
),

activities as (
    select * from {{ ref('fct_activities') }}
    where not is_test and not is_service
),

accounts as (select * from {{ ref('dim_accounts') }}),

reps as (select * from {{ ref('dim_reps') }}),

clock as (select * from {{ ref('dim_clock') }}),

usual_stays as (select * from {{ ref('bi_usual_stays') }}),

standing as (
    select
        stage_openings.*,
        clock.as_of - stage_openings.entered_on as days_in_stage
    from stage_openings
    cross join clock
    where
        stage_openings.open_from <= clock.as_of
        and stage_openings.open_before > clock.as_of
),

touched as (
    select
        activities.customer_key,
        max(activities.occurred_on) filter (where not activities.is_after_as_of)
            as last_activity_on,
        min(activities.occurred_on) filter (where activities.is_after_as_of)
            as next_activity_on
    from activities
    cross join clock
    where
        activities.occurred_on <= clock.as_of + 365
        and activities.customer_key in (select deals.customer_key from deals)
    group by all
),

bi_open_deals as (
    select
        deals.deal_key,
        deals.source,
        deals.deal_id,
        deals.rep_key,
        coalesce(reps.name, reps.rep_id) as rep_name,
        deals.account_key,
        accounts.name as account_name,
        deals.pipeline,
        standing.stage,
        standing.is_stage_unknown,
        deals.converted_amount,
        deals.created_on,
        standing.entered_on as stage_entered_on,
        standing.days_in_stage,
        usual_stays.won_stays,
        usual_stays.median_days_in_stage,
        usual_stays.p90_days_in_stage,
        standing.days_in_stage
        > case when usual_stays.won_stays >= 10 then usual_stays.p90_days_in_stage end
            as is_stuck,
        deals.expected_close_on,
        deals.expected_close_on < clock.as_of as is_late,
        touched.last_activity_on,
        touched.next_activity_on
    from standing
    inner join deals
        on standing.deal_key = deals.deal_key
    cross join clock
    left join usual_stays
        on standing.stage = usual_stays.stage
    left join touched
        on deals.customer_key = touched.customer_key
    left join accounts
        on deals.account_key = accounts.account_key
    left join reps
        on deals.rep_key = reps.rep_key
)

select * from bi_open_deals
