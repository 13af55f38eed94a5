-- grain: one row per prospect and step that it stood before.
-- The steps: touch → answer → meeting → quote → won, of which those that nobody ever
-- reached are skipped. A step belongs to the rep of the record that it begins with:
-- the touch, the answer, the meeting, the quote; to that of the first touch when it
-- names none. It is passed with its stage or a later one. Who had one before stood
-- before no step.
{% set chain = ['contacted', 'engaged', 'meeting', 'quoted', 'won'] %}
with stages as (
    select * from {{ ref('fct_prospect_stages') }}
    where stage in ({{ quoted_values(chain) }})
),

responses as (select * from {{ ref('fct_responses') }}),

meetings as (select * from {{ ref('fct_meetings') }}),

quotes as (select * from {{ ref('fct_quotes') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

-- a meeting has a row for its booking and one for what became of it
records as (
    select
        'engaged' as stage,
        source,
        activity_id as record_id,
        rep_key
    from responses
    union all
    select
        'meeting' as stage,
        source,
        activity_id as record_id,
        min(rep_key) as rep_key
    from meetings
    group by source, activity_id
    union all
    select
        'quoted' as stage,
        source,
        quote_id as record_id,
        rep_key
    from quotes
),

steps as (
    select
        stage,
        lead(stage) over (order by stage_order) as step,
        lead(stage_order) over (order by stage_order) as step_order
    from stages
    group by stage, stage_order
),

entries as (
    select
        stages.prospect_key,
        steps.step,
        steps.step_order,
        coalesce(records.rep_key, first_touches.rep_key) as rep_key,
        stages.reached_on as entered_on,
        min(later.reached_on) as passed_on,
        case when steps.step = 'engaged' then 30 else 90 end as window_days
    from stages
    inner join steps
        on stages.stage = steps.stage
    left join stages as later
        on
            stages.prospect_key = later.prospect_key
            and steps.step_order <= later.stage_order
    left join records
        on
            stages.stage = records.stage
            and stages.record_source = records.source
            and stages.record_id = records.record_id
    left join first_touches
        on stages.prospect_key = first_touches.prospect_key
    where steps.step is not null
    group by all
),

kpi_rep_steps as (
    select
        prospect_key,
        step,
        step_order,
        rep_key,
        entered_on,
        passed_on - entered_on as days_to_pass,
        window_days
    from entries
    where coalesce(passed_on >= entered_on, true)
)

select * from kpi_rep_steps
