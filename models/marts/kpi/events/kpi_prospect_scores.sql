-- grain: one row per prospect and instant: its qualification; and, as far as it was
-- open then, as_of and the days before it of `calibration_days`.
-- Its lead score then: the points of `lead_scoring_rules` that its traits and what it
-- had done before are worth, between 0 and 100. Open: detected, and neither won nor
-- disqualified, opted out or vanished by that day.
with paths as (select * from {{ ref('kpi_prospect_paths') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

rules as (select * from {{ ref('stg_reference__lead_scoring_rules') }}),

clock as (select * from {{ ref('dim_clock') }}),

days as (
    select
        'as_of' as instant,
        as_of as day
    from clock
    {% for days in calibration_days() %}
        union all
        select
            '{{ days }} days before' as instant,
            as_of - {{ days }} as day
        from clock
    {% endfor %}
),

instants as (
    select
        prospect_key,
        'qualification' as instant,
        reached_at as scored_at,
        reached_on as scored_on,
        reached_has_time as scored_has_time
    from {{ ref('fct_prospect_stages') }}
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
        and coalesce(prospects.won_on > days.day, true)
        and coalesce(prospects.disqualified_on > days.day, true)
        and coalesce(prospects.opted_out_on > days.day, true)
        and coalesce(prospects.vanished_on > days.day, true)
),

reactions as (
    select
        'responses' as field,
        prospect_key,
        responded_at as reacted_at,
        responded_on as reacted_on,
        responded_has_time as reacted_has_time
    from {{ ref('fct_responses') }}
    union all
    select
        'conversations' as field,
        prospect_key,
        occurred_at as reacted_at,
        occurred_on as reacted_on,
        occurred_has_time as reacted_has_time
    from {{ ref('fct_conversations') }}
    union all
    select
        'meetings' as field,
        prospect_key,
        happened_at as reacted_at,
        happened_on as reacted_on,
        happened_has_time as reacted_has_time
    from {{ ref('fct_meetings') }}
    where
        kind = 'held'
        and not is_service
        and not is_test
        and not is_after_as_of
    union all
    select
        'touches' as field,
        prospect_key,
        occurred_at as reacted_at,
        occurred_on as reacted_on,
        occurred_has_time as reacted_has_time
    from {{ ref('fct_activities') }}
    where
        is_prospecting_touch
        and prospect_key is not null
        and not is_test
        and not is_after_as_of
),

reacted as (
    select
        instants.prospect_key,
        instants.instant,
        count(*) filter (where reactions.field = 'touches') as touches,
        count(*) filter (where reactions.field = 'responses') as responses,
        count(*) filter (where reactions.field = 'conversations') as conversations,
        count(*) filter (where reactions.field = 'meetings') as meetings
    from instants
    inner join reactions
        on instants.prospect_key = reactions.prospect_key
    where {{ happened_before('reactions.reacted', 'instants.scored') }}
    group by all
),

traits as (
    select
        instants.prospect_key,
        instants.instant,
        lower(prospects.persona) as persona,
        lower(prospects.company_size) as company_size,
        lower(prospects.sector) as sector,
        lower(prospects.country) as country,
        lower(prospects.lead_source) as lead_source,
        paths.is_in_target as in_target,
        prospects.has_email as email,
        prospects.has_phone as phone,
        coalesce(reacted.touches, 0) as touches,
        coalesce(reacted.responses, 0) as responses,
        coalesce(reacted.conversations, 0) as conversations,
        coalesce(reacted.meetings, 0) as meetings
    from instants
    inner join paths
        on instants.prospect_key = paths.prospect_key
    inner join prospects
        on instants.prospect_key = prospects.prospect_key
    left join reacted
        on
            instants.prospect_key = reacted.prospect_key
            and instants.instant = reacted.instant
),

earned as (
    select
        traits.prospect_key,
        traits.instant,
        sum(rules.points) as points,
        string_agg(rules.rule_id, ', ' order by rules.rule_id) as rule_ids
    from traits
    inner join rules
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
                        then traits.{{ field }} >= try_cast(rules.value as integer)
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
