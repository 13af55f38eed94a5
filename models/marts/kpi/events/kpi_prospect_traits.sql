-- grain: one row per prospect and instant: its qualification; and, as far as it was
-- open then, as_of and the days before it of `calibration_days`.
-- What was known of it then: its traits, and how often it had been touched and had
-- reacted. Open: detected, and neither won nor disqualified, opted out or vanished by
-- that day.
{% set traits = ['persona', 'company_size', 'sector', 'country', 'lead_source'] %}
with stages as (select * from {{ ref('fct_prospect_stages') }}),

paths as (select * from {{ ref('kpi_prospect_paths') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

reactions as (select * from {{ ref('kpi_prospect_reactions') }}),

clock as (select * from {{ ref('dim_clock') }}),

days as (
    {% for days in [0] + calibration_days() %}
        select
            '{{ days ~ ' days before' if days else 'as_of' }}' as instant,
            as_of - {{ days }} as day
        from clock
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

instants as (
    select
        prospect_key,
        'qualification' as instant,
        reached_at as scored_at,
        reached_on as scored_on,
        reached_has_time as scored_has_time
    from stages
    where stage = 'qualified'
    union all
    select
        prospects.prospect_key,
        days.instant,
        cast(null as timestamp) as scored_at,
        -- the whole day counts
        days.day + 1 as scored_on,
        false as scored_has_time
    from prospects
    cross join days
    where
        prospects.is_prospect
        and coalesce(prospects.detected_on <= days.day, days.instant = 'as_of')
        {% for closing in ['won', 'disqualified', 'opted_out', 'vanished'] %}
            and coalesce(prospects.{{ closing }}_on > days.day, true)
        {% endfor %}
),

reacted as (
    select
        {% for field in ['touches', 'responses', 'conversations', 'meetings'] %}
            count(*) filter (where reactions.field = '{{ field }}') as {{ field }},
        {% endfor %}
        instants.prospect_key,
        instants.instant
    from instants
    inner join reactions
        on instants.prospect_key = reactions.prospect_key
    where {{ happened_before('reactions.reacted', 'instants.scored') }}
    group by all
),

kpi_prospect_traits as (
    select
        {% for trait in traits %}
            lower(prospects.{{ trait }}) as {{ trait }},
        {% endfor %}
        {% for field in ['touches', 'responses', 'conversations', 'meetings'] %}
            coalesce(reacted.{{ field }}, 0) as {{ field }},
        {% endfor %}
        instants.prospect_key,
        instants.instant,
        paths.is_in_target as in_target,
        prospects.has_email as email,
        prospects.has_phone as phone
    from instants
    inner join paths
        on instants.prospect_key = paths.prospect_key
    inner join prospects
        on instants.prospect_key = prospects.prospect_key
    left join reacted
        on
            instants.prospect_key = reacted.prospect_key
            and instants.instant = reacted.instant
)

select * from kpi_prospect_traits
