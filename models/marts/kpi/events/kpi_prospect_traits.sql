-- grain: one row per prospect and instant of `kpi_scored_prospects`.
-- What was known of it then: its traits, and how often it had been touched and had
-- reacted. Touches and reactions are read once and counted for all instants.
{% set traits = [
    'persona', 'company_size', 'sector', 'country', 'lead_source', 'in_target',
    'email', 'phone',
] %}
{% set fields = ['touches', 'responses', 'conversations', 'meetings'] %}
with scored as (select * from {{ ref('kpi_scored_prospects') }}),

reactions as (select * from {{ ref('kpi_prospect_reactions') }}),

clock as (select * from {{ ref('dim_clock') }}),

qualified as (
    select * from {{ ref('fct_prospect_stages') }}
    where stage = 'qualified'
),

reacted as (
    select
        {% for field in fields %}
            count(*) filter (
                where
                reactions.field = '{{ field }}'
                and {{ happened_before('reactions.reacted', 'qualified.reached') }}
            ) as {{ field }}_qualification,
            {% for days in [0] + calibration_days() %}
                -- the whole day counts
                count(*) filter (
                    where
                    reactions.field = '{{ field }}'
                    and reactions.reacted_on <= clock.as_of - {{ days }}
                ) as {{ field }}_{{ days }},
            {% endfor %}
        {% endfor %}
        reactions.prospect_key
    from reactions
    cross join clock
    left join qualified
        on reactions.prospect_key = qualified.prospect_key
    group by reactions.prospect_key
),

kpi_prospect_traits as (
    select
        {% for trait in traits %}
            scored.{{ trait }},
        {% endfor %}
        {% for field in fields %}
            coalesce(
                case scored.instant
                    when 'qualification' then reacted.{{ field }}_qualification
                    {% for days in [0] + calibration_days() %}
                        when '{{ score_instant(days) }}'
                            then reacted.{{ field }}_{{ days }}
                    {% endfor %}
                end,
                0
            ) as {{ field }},
        {% endfor %}
        scored.prospect_key,
        scored.instant
    from scored
    left join reacted
        on scored.prospect_key = reacted.prospect_key
)

select * from kpi_prospect_traits
