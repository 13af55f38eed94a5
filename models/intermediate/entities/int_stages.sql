-- grain: one row per source and stage that a deal of it is in, or has been in.
-- Is a deal in it won, or closed? As the reference table says; where that does not
-- know the word, when only such deals are in it now. Stages are told apart without
-- their case and runs of blanks.
with records as (
    {{ current_rows('deals') }}
),

keyed as (select * from {{ ref('int_deals_keyed') }}),

stage_entries as (select * from {{ ref('int_deal_stage_entries') }}),

funnel_stages as (select * from {{ ref('stg_reference__funnel_stages') }}),

stages as (
    select
        source,
        {{ folded_word('stage') }} as stage,
        status
    from records
    union all
    select
        keyed.source,
        {{ folded_word('stage_entries.stage') }} as stage,
        null as status
    from stage_entries
    inner join keyed
        on stage_entries.deal_key = keyed.deal_key
),

int_stages as (
    select
        stages.source,
        stages.stage,
        coalesce(
            any_value(funnel_stages.outcome) = 'won',
            bool_and(stages.status = 'won'),
            false
        ) as is_won,
        coalesce(
            any_value(funnel_stages.outcome) in ('won', 'lost'),
            bool_and(stages.status in ('won', 'lost')),
            false
        ) as is_closed
    from stages
    left join funnel_stages
        on stages.stage = funnel_stages.stage
    group by all
)

select * from int_stages
