-- grain: one row per deal, stage and time at which the deal entered it
with stage_entries as (select * from {{ ref('int_deal_stage_entries') }}),

deals as (select * from {{ ref('int_deals') }}),

clock as (select * from {{ ref('int_clock') }}),

fct_deal_stages as (
    select distinct
        stage_entries.deal_key,
        {{ shown_word('stage', 'stage_entries.stage') }} as stage,
        stage_entries.entered_at,
        stage_entries.entered_on,
        stage_entries.entered_has_time,
        stage_entries.entered_on > clock.as_of as is_after_as_of
    from stage_entries
    cross join clock
    {{ join_shown_word('stage', 'stage_entries.stage') }}
    semi join deals
        on stage_entries.deal_key = deals.deal_key
)

select * from fct_deal_stages
