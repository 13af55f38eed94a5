-- grain: one row per event that may bring a person to a stage: of some stages several.
-- Which of them counts is judged in `fct_prospect_stages`. The record that it comes
-- from is null when it is the person's own.
{% set own = ('null', 'null', 'null') %}
{% set events = [
    ('detected', 'prospects', 'detected', 'true', own),
    ('contacted', 'first_touches', 'contacted', 'contacted_at is not null',
     ("'activities'", 'contacted_source', 'contacted_activity_id')),
    ('engaged', 'first_touches', 'responded', 'responded_at is not null',
     ("'activities'", 'responded_source', 'responded_activity_id')),
    ('engaged', 'conversations', 'occurred', 'not is_with_customer',
     ("'activities'", 'source', 'activity_id')),
    ('qualified', 'qualifications', 'qualified', 'true', own),
    ('qualified', 'deals_of_unqualified', 'created', 'true',
     ("'deals'", 'source', 'deal_id')),
    ('qualified', 'opportunities_of_unqualified', 'opportunity', 'true', own),
    ('meeting', 'meetings', 'happened', "kind = 'held' and not is_with_customer",
     ("'activities'", 'source', 'activity_id')),
    ('quoted', 'quotes', 'sent', 'true', ("'quotes'", 'source', 'quote_id')),
    ('won', 'deals', 'first_won', "status = 'won'", ("'deals'", 'source', 'deal_id')),
] %}
with prospects as (
    select * from {{ ref('int_prospects') }}
    where not is_test
),

clock as (select * from {{ ref('int_clock') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

conversations as (select * from {{ ref('fct_conversations') }}),

{% for relation, model in [
    ('meetings', 'fct_meetings'), ('deals', 'fct_deals'), ('quotes', 'fct_quotes'),
] %}
    {{ relation }} as (
        select * from {{ ref(model) }}
        where
            not is_test
            and not is_after_as_of
    ),

{% endfor %}
qualifications as (
    select prospects.*
    from prospects
    cross join clock
    where prospects.qualified_on <= clock.as_of
),

-- who was never declared qualified is so when the first deal is created
deals_of_unqualified as (
    select deals.*
    from deals
    anti join qualifications
        on deals.prospect_key = qualifications.prospect_key
    where deals.created_at is not null
),

-- or when their tool first calls them an opportunity, which is a deal it does not show
opportunities_of_unqualified as (
    select stage_entries.*
    from {{ ref('int_prospect_stage_entries') }} as stage_entries
    semi join prospects
        on stage_entries.prospect_key = prospects.prospect_key
    cross join clock
    anti join qualifications
        on stage_entries.prospect_key = qualifications.prospect_key
    where stage_entries.opportunity_on <= clock.as_of
),

fct_stage_events as (
    {% for stage, relation, happened, condition, record in events %}
        select
            prospect_key,
            '{{ stage }}' as stage,
            {{ happened }}_at as reached_at,
            {{ happened }}_on as reached_on,
            {{ happened }}_has_time as reached_has_time,
            cast({{ record[0] }} as varchar) as record_entity,
            cast({{ record[1] }} as varchar) as record_source,
            cast({{ record[2] }} as varchar) as record_id
        from {{ relation }}
        where
            prospect_key is not null
            and {{ condition }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from fct_stage_events
