-- grain: one row per prospect and instant: its qualification; and, as far as it was
-- open then, as_of and the days before it of `calibration_days`.
-- Its lead score then: the points of `lead_scoring_rules` that its traits and what it
-- had done before are worth, between 0 and 100. Rules are held against each set of
-- traits that somebody has, as far as rules tell traits apart: the number of sets
-- depends on the rules, not on the people.
{% set words = ['persona', 'company_size', 'sector', 'country', 'lead_source'] %}
{% set truths = ['in_target', 'email', 'phone'] %}
{% set counts = ['touches', 'responses', 'conversations', 'meetings'] %}
with traits as (select * from {{ ref('kpi_prospect_traits') }}),

rules as (select * from {{ ref('kpi_scoring_rules') }}),

asked as (
    select
        {% for field in words %}
            list(value) filter (where field = '{{ field }}') as {{ field }},
        {% endfor %}
        {% for field in counts %}
            coalesce(
                max(least_count) filter (where field = '{{ field }}'), 0
            ) as {{ field }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from rules
),

bounded as (
    select
        {% for field in words %}
            case
                when list_contains(asked.{{ field }}, traits.{{ field }})
                    then traits.{{ field }}
            end as {{ field }},
        {% endfor %}
        {% for field in truths %}
            traits.{{ field }},
        {% endfor %}
        {% for field in counts %}
            least(traits.{{ field }}, asked.{{ field }}) as {{ field }},
        {% endfor %}
        traits.prospect_key,
        traits.instant
    from traits
    cross join asked
),

sets as (
    select distinct {{ (words + truths + counts) | join(', ') }} from bounded
),

earned as (
    select
        {% for field in words + truths + counts %}
            sets.{{ field }},
        {% endfor %}
        sum(rules.points) as points,
        array_to_string(list_sort(list(rules.rule_id)), ', ') as rule_ids
    from sets
    inner join rules
        on
            case rules.field
                {% for field in words %}
                    when '{{ field }}' then sets.{{ field }} = rules.value
                {% endfor %}
                {% for field in truths %}
                    when '{{ field }}' then sets.{{ field }}
                {% endfor %}
                {% for field in counts %}
                    when '{{ field }}'
                        then sets.{{ field }} >= rules.least_count
                {% endfor %}
            end
    group by all
),

kpi_prospect_scores as (
    select
        bounded.prospect_key,
        bounded.instant,
        cast(
            least(greatest(coalesce(earned.points, 0), 0), 100) as decimal(18, 6)
        ) as score,
        coalesce(earned.rule_ids, '') as rule_ids
    from bounded
    left join earned
        on
            {% for field in words + truths + counts %}
                {{ 'and' if not loop.first }}
                bounded.{{ field }} is not distinct from earned.{{ field }}
            {% endfor %}
)

select * from kpi_prospect_scores
