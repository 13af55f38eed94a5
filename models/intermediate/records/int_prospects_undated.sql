-- grain: one row per person record that came without a day of detection.
-- The file had no such column: they count as detected on the day of the load that first
-- held them.
with staged as (
    select * from {{ ref('stg_generic__prospects') }}
    where reject_rule is null
),

loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

undated as (
    select distinct
        source,
        prospect_id
    from staged
    where detected_on is null
),

int_prospects_undated as (
    select
        staged.source,
        staged.prospect_id,
        min(loads.loaded_on) as first_loaded_on
    from staged
    inner join loads
        on staged.load_id = loads.load_id
    semi join undated
        on
            staged.source = undated.source
            and staged.prospect_id = undated.prospect_id
    group by all
)

select * from int_prospects_undated
