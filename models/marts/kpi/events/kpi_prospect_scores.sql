-- grain: one row per prospect and instant: its qualification; and, as far as it was
-- open then, as_of and the days before it of `calibration_days`.
-- Its lead score then: the points of `lead_scoring_rules` that its traits and what it
-- had done before are worth, between 0 and 100.
with traits as (select * from {{ ref('kpi_prospect_traits') }}),

rules as (select * from {{ ref('stg_reference__lead_scoring_rules') }}),

counted_rules as (
    select
        *,
        case
            when regexp_full_match(value, '[+-]?[0-9]+([.]0*)?')
                then try_cast(value as integer)
        end as least_count
    from rules
),

earned as (
    select
        traits.prospect_key,
        traits.instant,
        sum(rules.points) as points,
        -- sorting a list takes a third of what an ordered string_agg does
        array_to_string(list_sort(list(rules.rule_id)), ', ') as rule_ids
    from traits
    inner join counted_rules as rules
        on
            case rules.field
                {% for field in [
                    'persona', 'company_size', 'sector', 'country', 'lead_source',
                ] %}
                    when '{{ field }}' then traits.{{ field }} = rules.value
                {% endfor %}
                {% for field in ['in_target', 'email', 'phone'] %}
                    when '{{ field }}' then traits.{{ field }}
                {% endfor %}
                {% for field in [
                    'touches', 'responses', 'conversations', 'meetings',
                ] %}
                    when '{{ field }}'
                        then traits.{{ field }} >= rules.least_count
                {% endfor %}
            end
    group by all
),

kpi_prospect_scores as (
    select
        traits.prospect_key,
        traits.instant,
        cast(
            least(greatest(coalesce(earned.points, 0), 0), 100) as decimal(18, 6)
        ) as score,
        coalesce(earned.rule_ids, '') as rule_ids
    from traits
    left join earned
        on
            traits.prospect_key = earned.prospect_key
            and traits.instant = earned.instant
)

select * from kpi_prospect_scores
