-- grain: one row per prospect: the days of its stages, as cohorts and durations read
-- them.
-- Where nobody told when a person was detected, `detected_on` is null and `undated_on`
-- the day they count as new: nothing that is anchored at the detection knows them.
-- `_on` is the stage's own first day; `_by` also counts a skipped stage as reached with
-- the next one that has a day.
with stages as (select * from {{ ref('fct_prospect_stages') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

criteria as (select * from {{ ref('stg_reference__target_criteria') }}),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        not is_test
        and not is_after_as_of
),

responses as (
    select
        prospect_key,
        min(responded_on) as responded_on
    from {{ ref('fct_responses') }}
    group by all
),

first_deals as (
    select
        prospect_key,
        min(created_on) as deal_created_on
    from deals
    where prospect_key is not null
    group by all
),

detections as (
    select * from stages
    where stage = 'detected'
),

-- meets every criterion that the table names at least one value of
judged as (
    select
        prospects.prospect_key,
        (select count(*) from criteria) > 0 as has_criteria,
        {% for criterion in ['sector', 'company_size', 'country', 'persona'] %}
            (
                '{{ criterion }}' not in (select criteria.criterion from criteria)
                or coalesce(
                    lower(prospects.{{ criterion }}) in (
                        select lower(criteria.value) from criteria
                        where criteria.criterion = '{{ criterion }}'
                    ),
                    false
                )
            ) {{ 'and' if not loop.last }}
        {% endfor %} as meets_criteria
    from prospects
    where prospects.is_prospect
),

kpi_prospect_paths as (
    select
        prospects.prospect_key,
        case when not prospects.is_detected_on_imputed then prospects.detected_on end
            as detected_on,
        case when prospects.is_detected_on_imputed then prospects.detected_on end
            as undated_on,
        prospects.contacted_on,
        prospects.engaged_on,
        prospects.qualified_on,
        prospects.meeting_on,
        prospects.quoted_on,
        prospects.won_on,
        coalesce(
            prospects.qualified_on,
            prospects.meeting_on,
            prospects.quoted_on,
            prospects.won_on
        ) as qualified_by,
        first_touches.touched_on,
        responses.responded_on,
        first_deals.deal_created_on,
        prospects.has_own_qualification and prospects.qualified_on is not null
            as is_qualified_by_source,
        judged.has_criteria and judged.meets_criteria as is_in_target,
        case
            when detections.reached_has_time and first_touches.touched_has_time
                then
                    epoch_us(first_touches.touched_at - detections.reached_at)
                    / cast(3600000000 as double)
        end as lead_response_hours,
        prospects.reached_stage_order
    from prospects
    inner join detections
        on prospects.prospect_key = detections.prospect_key
    inner join judged
        on prospects.prospect_key = judged.prospect_key
    left join first_touches
        on prospects.prospect_key = first_touches.prospect_key
    left join responses
        on prospects.prospect_key = responses.prospect_key
    left join first_deals
        on prospects.prospect_key = first_deals.prospect_key
    where prospects.is_prospect
)

select * from kpi_prospect_paths
