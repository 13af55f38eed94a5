-- grain: one row per check, source, column and rule of activities that tell less or
-- more than they should.
-- With nobody who is known; the same touch twice under two ids, looked for in the
-- twelve months up to as_of; an outcome that nobody explains; a touch that was not
-- wanted.
with activities as (select * from {{ ref('fct_activities') }}),

clock as (select * from {{ ref('dim_clock') }}),

same_touches as (
    select
        activities.source,
        count(*) - 1 as too_many
    from activities
    cross join clock
    where
        activities.is_touch
        and activities.occurred_has_time
        and activities.prospect_key is not null
        and not activities.is_test
        and activities.occurred_on > clock.as_of - 366
        and activities.occurred_on <= clock.as_of
    group by
        activities.source,
        activities.prospect_key,
        activities.channel,
        activities.occurred_at
    having count(*) > 1
),

-- one row per touch too many
twins as (
    select
        source,
        unnest(range(too_many)) as twin
    from same_touches
),

meta_activity_findings as (
    select
        {{ finding(
            'nobody_found', 'activities', "nullif(nobody_found_by, 'nothing')",
            "case when nobody_found_by = 'nothing' then 'names nobody' "
            ~ "else 'of nobody who is known' end", rows=false
        ) }}
    from activities
    where nobody_found_by is not null
    group by all
    union all
    select
        {{ finding(
            'same_activity_twice', 'activities', "'activity_id'",
            "'one person, channel and second under two ids: both count'", rows=false
        ) }}
    from twins
    group by all
    union all
    select
        {{ finding(
            'unknown_outcome', 'activities', "'outcome'",
            "concat(channel, ' ', direction, ' ', coalesce(outcome, ''))", rows=false
        ) }}
    from activities
    where not is_known_outcome
    group by all
    union all
    select
        {{ finding(
            'touch_after_opt_out', 'activities', "'occurred_at'",
            "'a touch after the person had asked for none'", rows=false
        ) }}
    from activities
    where is_after_opt_out
    group by all
)

select * from meta_activity_findings
