-- grain: one row per prospect and instant: its qualification; and, as far as it was
-- open then, as_of and the days before it of `calibration_days`.
-- The instants at which a prospect has a lead score, and its traits. Open: detected,
-- and neither won nor disqualified, opted out or vanished by that day.
{% set traits = ['persona', 'company_size', 'sector', 'country', 'lead_source'] %}
with qualified as (
    select * from {{ ref('fct_prospect_stages') }}
    where stage = 'qualified'
),

paths as (select * from {{ ref('kpi_prospect_paths') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

clock as (select * from {{ ref('dim_clock') }}),

instants as (
    {% for days in [0] + calibration_days() %}
        select
            '{{ score_instant(days) }}' as instant,
            as_of - {{ days }} as day
        from clock
        union all
    {% endfor %}
    select
        'qualification' as instant,
        cast(null as date) as day
    from clock
),

kpi_scored_prospects as (
    select
        {% for trait in traits %}
            lower(prospects.{{ trait }}) as {{ trait }},
        {% endfor %}
        prospects.prospect_key,
        instants.instant,
        paths.is_in_target as in_target,
        prospects.has_email as email,
        prospects.has_phone as phone
    from prospects
    inner join paths
        on prospects.prospect_key = paths.prospect_key
    left join qualified
        on prospects.prospect_key = qualified.prospect_key
    cross join instants
    where
        case
            when instants.instant = 'qualification'
                then qualified.prospect_key is not null
            else
                prospects.is_prospect
                and coalesce(
                    prospects.detected_on <= instants.day,
                    instants.instant = '{{ score_instant(0) }}'
                )
                {% for closing in ['won', 'disqualified', 'opted_out', 'vanished'] %}
                    and coalesce(prospects.{{ closing }}_on > instants.day, true)
                {% endfor %}
        end
)

select * from kpi_scored_prospects
