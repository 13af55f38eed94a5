-- grain: one row per person whose tool tells when they entered a lifecycle stage.
-- The first entry into a stage that `funnel_stages` takes for one of ours. Contacts,
-- meetings, offers and wins are counted from what happened, never from a stage.
{% set stages = ['detected', 'qualified', 'opportunity', 'disqualified'] %}
with records as (
    {{ current_rows('prospect_stages') }}
),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

funnel_stages as (select * from {{ ref('stg_reference__funnel_stages') }}),

entries as (
    select
        {% for stage in stages %}
            {% for part in ['at', 'on', 'has_time'] %}
                case
                    when funnel_stages.prospect_stage = '{{ stage }}'
                        then records.entered_{{ part }}
                end as {{ stage }}_{{ part }},
            {% endfor %}
        {% endfor %}
        prospect_references.prospect_key,
        1 as record_rank
    from records
    inner join prospect_references
        on
            records.source = prospect_references.source
            and records.prospect_id = prospect_references.prospect_id
    inner join funnel_stages
        on {{ folded_word('records.stage') }} = funnel_stages.stage
    where funnel_stages.prospect_stage in ({{ quoted_values(stages) }})
),

int_prospect_stage_entries as (
    select
        {% for stage in stages %}
            {{ earliest_moment(stage) }},
        {% endfor %}
        prospect_key
    from entries
    group by all
)

select * from int_prospect_stage_entries
