-- grain: one row per prospect that was qualified
-- Its lead score at that instant: the points of `lead_scoring_rules` that its traits and
-- what it had done before are worth, between 0 and 100.
with qualifications as (
    select
        prospect_key,
        reached_at as qualified_at,
        reached_on as qualified_on,
        reached_has_time as qualified_has_time
    from {{ ref('fct_prospect_stages') }}
    where stage = 'qualified'
),

paths as (select * from {{ ref('kpi_prospect_paths') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

rules as (select * from {{ ref('stg_reference__lead_scoring_rules') }}),

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
),

reacted as (
    select
        qualifications.prospect_key,
        count(*) filter (where reactions.field = 'responses') as responses,
        count(*) filter (where reactions.field = 'conversations') as conversations,
        count(*) filter (where reactions.field = 'meetings') as meetings
    from qualifications
    inner join reactions
        on qualifications.prospect_key = reactions.prospect_key
    where {{ happened_before('reactions.reacted', 'qualifications.qualified') }}
    group by all
),

traits as (
    select
        qualifications.prospect_key,
        lower(prospects.persona) as persona,
        lower(prospects.company_size) as company_size,
        lower(prospects.sector) as sector,
        lower(prospects.country) as country,
        lower(prospects.lead_source) as lead_source,
        paths.is_in_target as in_target,
        prospects.has_email as email,
        prospects.has_phone as phone,
        coalesce(reacted.responses, 0) as responses,
        coalesce(reacted.conversations, 0) as conversations,
        coalesce(reacted.meetings, 0) as meetings
    from qualifications
    inner join paths
        on qualifications.prospect_key = paths.prospect_key
    inner join prospects
        on qualifications.prospect_key = prospects.prospect_key
    left join reacted
        on qualifications.prospect_key = reacted.prospect_key
),

earned as (
    select
        traits.prospect_key,
        sum(rules.points) as points
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
                {% for field in ['responses', 'conversations', 'meetings'] %}
                    when '{{ field }}'
                        then traits.{{ field }} >= try_cast(rules.value as integer)
                {% endfor %}
            end
    group by all
),

kpi_qualification_scores as (
    select
        traits.prospect_key,
        cast(
            least(greatest(coalesce(earned.points, 0), 0), 100) as decimal(18, 6)
        ) as score
    from traits
    left join earned
        on traits.prospect_key = earned.prospect_key
)

select * from kpi_qualification_scores
