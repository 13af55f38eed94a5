-- grain: one row per prospect: the touch that began it, which carries its stages.
-- The first prospecting touch; without one the first response; without any the owner.
with activities as (
    select * from {{ ref('fct_activities') }}
    where
        is_touch
        and prospect_key is not null
        and not is_test
        and not is_after_as_of
),

prospects as (select * from {{ ref('int_prospects') }}),

responses as (select * from {{ ref('fct_responses') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

first_times as (
    select
        prospect_key,
        min(occurred_at) as touched_at,
        min(occurred_at) filter (where is_prospecting_touch) as contacted_at
    from activities
    group by all
),

first_touches as (
    select activities.*
    from activities
    inner join first_times
        on
            activities.prospect_key = first_times.prospect_key
            and activities.occurred_at = first_times.contacted_at
    where activities.is_prospecting_touch
    qualify
        row_number() over (
            partition by activities.prospect_key
            order by activities.source, activities.activity_id
        ) = 1
),

any_touches as (
    select activities.*
    from activities
    inner join first_times
        on
            activities.prospect_key = first_times.prospect_key
            and activities.occurred_at = first_times.touched_at
    qualify
        row_number() over (
            partition by activities.prospect_key
            order by
                activities.occurred_has_time,
                activities.source,
                activities.activity_id
        ) = 1
),

first_responses as (
    select * from responses
    qualify
        row_number() over (
            partition by prospect_key
            order by responded_on, responded_has_time, responded_at, source, activity_id
        ) = 1
),

fct_first_touches as (
    select
        prospects.prospect_key,
        case
            when first_touches.prospect_key is not null then 'touch'
            when first_responses.prospect_key is not null then 'response'
            else 'owner'
        end as basis,
        any_touches.source as touched_source,
        any_touches.activity_id as touched_activity_id,
        any_touches.occurred_at as touched_at,
        any_touches.occurred_on as touched_on,
        any_touches.occurred_has_time as touched_has_time,
        any_touches.rep_key as touched_rep_key,
        any_touches.team as touched_team,
        first_touches.source as contacted_source,
        first_touches.activity_id as contacted_activity_id,
        first_touches.occurred_at as contacted_at,
        first_touches.occurred_on as contacted_on,
        first_touches.occurred_has_time as contacted_has_time,
        first_responses.source as responded_source,
        first_responses.activity_id as responded_activity_id,
        first_responses.responded_at,
        first_responses.responded_on,
        first_responses.responded_has_time,
        case
            when first_touches.prospect_key is not null then first_touches.rep_key
            when first_responses.prospect_key is not null then first_responses.rep_key
            else prospects.owner_rep_key
        end as rep_key,
        case
            when first_touches.prospect_key is not null then first_touches.team
            when first_responses.prospect_key is not null then first_responses.team
            else rep_periods.team
        end as team,
        case
            when first_touches.prospect_key is not null then first_touches.channel
            else first_responses.channel
        end as channel,
        case
            when first_touches.prospect_key is not null then first_touches.campaign_key
            else first_responses.campaign_key
        end as campaign_key,
        case
            when first_touches.prospect_key is not null
                then first_touches.sender_account
            else first_responses.sender_account
        end as sender_account,
        first_touches.message_variant
    from prospects
    left join any_touches
        on prospects.prospect_key = any_touches.prospect_key
    left join first_touches
        on prospects.prospect_key = first_touches.prospect_key
    left join first_responses
        on prospects.prospect_key = first_responses.prospect_key
    left join rep_periods
        on
            prospects.owner_rep_key = rep_periods.rep_key
            and prospects.detected_on >= rep_periods.valid_from
            and prospects.detected_on < rep_periods.valid_before
)

select * from fct_first_touches
