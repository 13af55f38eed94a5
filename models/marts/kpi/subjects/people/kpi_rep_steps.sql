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

-- a meeting has a row for its booking and one for what became of it
meetings as (
    select
        source,
        activity_id,
        min(rep_key) as rep_key
    from {{ ref('fct_meetings') }}
    group by all
),

quotes as (select * from {{ ref('fct_quotes') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

told as (
    select distinct
        stage,
        stage_order
    from stages
),

steps as (
    select
        stage,
        lead(stage) over (order by stage_order) as step,
        lead(stage_order) over (order by stage_order) as step_order
    from told
),

entries as (
    select
        stages.prospect_key,
        steps.step,
        steps.step_order,
        coalesce(
            quotes.rep_key, meetings.rep_key, responses.rep_key, first_touches.rep_key
        ) as rep_key,
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
    left join responses
        on
            stages.stage = 'engaged'
            and stages.record_source = responses.source
            and stages.record_id = responses.activity_id
    left join meetings
        on
            stages.stage = 'meeting'
            and stages.record_source = meetings.source
            and stages.record_id = meetings.activity_id
    left join quotes
        on
            stages.stage = 'quoted'
            and stages.record_source = quotes.source
            and stages.record_id = quotes.quote_id
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
