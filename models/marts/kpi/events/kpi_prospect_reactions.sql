-- grain: one row per touch of a prospect and per response, conversation and meeting
-- held with one: what lead scores count.
{% set reactions = [
    ('touches', 'touches', 'occurred'),
    ('responses', 'responses', 'responded'),
    ('conversations', 'conversations', 'occurred'),
    ('meetings', 'meetings', 'happened'),
] %}
with touches as (
    select * from {{ ref('fct_activities') }}
    where
        is_prospecting_touch
        and not is_test
        and not is_after_as_of
),

responses as (select * from {{ ref('fct_responses') }}),

conversations as (select * from {{ ref('fct_conversations') }}),

meetings as (
    select * from {{ ref('fct_meetings') }}
    where
        kind = 'held'
        and not is_service
        and not is_test
        and not is_after_as_of
),

kpi_prospect_reactions as (
    {% for field, relation, happened in reactions %}
        select
            '{{ field }}' as field,
            prospect_key,
            {{ happened }}_at as reacted_at,
            {{ happened }}_on as reacted_on,
            {{ happened }}_has_time as reacted_has_time
        from {{ relation }}
        where prospect_key is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_prospect_reactions
