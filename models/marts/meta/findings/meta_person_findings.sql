-- grain: one row per check, source, column and rule of what nobody dates or names.
-- People detected on the day of the load that first held them, opt-outs without a day,
-- and lifecycle stages that `funnel_stages` does not know.
with undated as (
    select staged.*
    from ({{ current_rows('prospects') }}) as staged
    inner join {{ ref('int_prospects_keyed') }} as keyed
        on
            staged.source = keyed.source
            and staged.prospect_id = keyed.prospect_id
    inner join {{ ref('int_prospects') }} as prospects
        on keyed.prospect_key = prospects.prospect_key
    where
        staged.detected_on is null
        and prospects.is_detected_on_imputed
),

opt_outs as (
    select staged.*
    from ({{ current_rows('suppressions') }}) as staged
    where staged.requested_on is null
),

unknown_stages as (
    select
        staged.*,
        {{ shown_word('lifecycle_stage', 'staged.stage') }} as shown_stage
    from ({{ current_rows('prospect_stages') }}) as staged
    {{ join_shown_word('lifecycle_stage', 'staged.stage') }}
    anti join {{ ref('stg_reference__funnel_stages') }} as known
        on
            {{ folded_word('staged.stage') }} = known.stage
            and known.prospect_stage is not null
),

meta_person_findings as (
    select
        {{ finding(
            'undated_detection', 'prospects', "'detected_at'",
            "'detected on the day of the load: out of what begins at the detection'"
        ) }}
    from undated
    group by all
    union all
    select
        {{ finding(
            'undated_opt_out', 'suppressions', "'requested_at'",
            "'dates from the load that first held it'"
        ) }}
    from opt_outs
    group by all
    union all
    select
        {{ finding(
            'unknown_lifecycle_stage', 'prospect_stages', "'stage'", 'shown_stage'
        ) }}
    from unknown_stages
    group by all
)

select * from meta_person_findings
