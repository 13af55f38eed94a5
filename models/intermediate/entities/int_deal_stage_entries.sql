-- grain: one row per deal, stage and time at which the deal entered it.
-- From the stage history that a source gives; where that does not name the stage for
-- the deal, from the changes of stage between its loads: entered on the day of the load
-- that first showed it.
with records as (
    {{ current_rows('deal_stages') }}
),

deal_references as (select * from {{ ref('int_deal_references') }}),

versions as (select * from {{ ref('int_deal_versions') }}),

day_starts as (select * from {{ ref('int_reporting_days') }}),

given as (
    select distinct
        deal_references.deal_key,
        records.stage,
        records.entered_at,
        records.entered_on,
        records.entered_has_time
    from records
    inner join deal_references
        on
            records.source = deal_references.source
            and records.deal_id = deal_references.deal_id
),

changed as (
    select
        deal_key,
        stage,
        loaded_on,
        (stage is distinct from lag(stage) over (
            partition by deal_key
            order by version_number
        )) as is_entry
    from versions
    qualify version_number > 1
),

shown_by_loads as (
    select distinct
        changed.deal_key,
        changed.stage,
        day_starts.starts_at as entered_at,
        changed.loaded_on as entered_on,
        false as entered_has_time
    from changed
    inner join day_starts
        on changed.loaded_on = day_starts.day
    anti join given
        on
            changed.deal_key = given.deal_key
            and {{ folded_word('changed.stage') }} = {{ folded_word('given.stage') }}
    where changed.is_entry
),

int_deal_stage_entries as (
    select * from given
    union all
    select * from shown_by_loads
)

select * from int_deal_stage_entries
