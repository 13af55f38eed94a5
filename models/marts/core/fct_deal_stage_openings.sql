-- grain: one row per deal and stretch of days in which it was open in one stage with
-- one amount.
-- The stage is the last one entered by the day; before the first entry, and without
-- any, the one that the last load by then showed (the newest load at as_of). Before
-- either it is not known: where a deal stands today tells nothing about where it stood;
-- but a deal that is first known in a stage that nothing tells is taken to have begun
-- in such a one.
with openings as (select * from {{ ref('fct_deal_openings') }}),

entries as (select * from {{ ref('fct_deal_stages') }}),

unknown_stages as (select * from {{ ref('int_deal_stages_unknown') }}),

shown as (
    select
        versions.deal_key,
        {{ shown_word('stage', 'versions.stage') }} as stage,
        versions.version_number,
        least(versions.loaded_on, clock.as_of) as shown_on
    from {{ ref('int_deal_versions') }} as versions
    cross join {{ ref('int_clock') }} as clock
    {{ join_shown_word('stage', 'versions.stage') }}
    where versions.status = 'open'
),

known as (
    select
        deal_key,
        entered_on as stage_from,
        entered_on,
        max_by(stage, row(entered_at, stage)) as stage
    from entries
    group by all
    union all
    select
        shown.deal_key,
        shown.shown_on as stage_from,
        cast(null as date) as entered_on,
        max_by(shown.stage, shown.version_number) as stage
    from shown
    anti join entries
        on
            shown.deal_key = entries.deal_key
            and shown.shown_on >= entries.entered_on
    group by all
    union all
    select distinct
        deal_key,
        date '0001-01-01' as stage_from,
        cast(null as date) as entered_on,
        cast(null as varchar) as stage
    from openings
),

stages as (
    select
        known.*,
        coalesce(
            if(known.stage is null, null, unknown_stages.deal_key is not null),
            lead(unknown_stages.deal_key is not null) over by_day,
            false
        ) as is_stage_unknown,
        lead(known.stage_from, 1, date '9999-12-31') over by_day as stage_before
    from known
    left join unknown_stages
        on
            known.deal_key = unknown_stages.deal_key
            and known.stage = unknown_stages.stage
    window by_day as (partition by known.deal_key order by known.stage_from)
),

fct_deal_stage_openings as (
    select
        openings.deal_key,
        openings.version_number,
        stages.stage,
        stages.is_stage_unknown,
        openings.rep_key,
        stages.entered_on,
        greatest(openings.open_from, stages.stage_from) as open_from,
        least(openings.open_before, stages.stage_before) as open_before,
        openings.open_from as opened_on,
        openings.converted_amount
    from openings
    inner join stages
        on
            openings.deal_key = stages.deal_key
            and openings.open_from < stages.stage_before
            and openings.open_before > stages.stage_from
)

select * from fct_deal_stage_openings
