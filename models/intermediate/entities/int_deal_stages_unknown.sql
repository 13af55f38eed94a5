-- grain: one row per deal and stage of it that nothing tells to be open, won or lost.
-- As the newest load says that showed the deal in the stage; of a stage that only the
-- history of the deal names, when that is so of every deal that was shown in it. The
-- stage is told as readers are shown it.
with versions as (select * from {{ ref('int_deal_versions') }}),

stage_entries as (select * from {{ ref('int_deal_stage_entries') }}),

keyed as (select * from {{ ref('int_deals_keyed') }}),

shown as (
    select
        keyed.source,
        versions.deal_key,
        versions.stage,
        max_by(versions.is_stage_unknown, versions.version_number) as is_unknown
    from versions
    inner join keyed
        on versions.deal_key = keyed.deal_key
    group by all
),

stages as (
    select
        source,
        {{ folded_word('stage') }} as stage
    from shown
    group by all
    having bool_and(is_unknown)
),

listed as (
    select
        deal_key,
        stage
    from shown
    where is_unknown
    union all
    select distinct
        stage_entries.deal_key,
        stage_entries.stage
    from stage_entries
    inner join keyed
        on stage_entries.deal_key = keyed.deal_key
    inner join stages
        on
            keyed.source = stages.source
            and {{ folded_word('stage_entries.stage') }} = stages.stage
    anti join shown
        on
            stage_entries.deal_key = shown.deal_key
            and stage_entries.stage = shown.stage
),

int_deal_stages_unknown as (
    select
        listed.deal_key,
        {{ shown_word('stage', 'listed.stage') }} as stage
    from listed
    {{ join_shown_word('stage', 'listed.stage') }}
)

select * from int_deal_stages_unknown
