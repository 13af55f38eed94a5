-- grain: one row per prospect and event of its path: a stage, a cohort's target, a
-- duration.
-- A cohort's target lies on its anchor's day; lag_days counts from the anchor to the
-- target.
{% set stages = [
    ('prospect_detected', 'detected_on', 'owner'),
    ('prospect_detected_first_touch', 'detected_on', 'first_touch'),
    ('prospect_undated', 'undated_on', 'owner'),
    ('prospect_undated_first_touch', 'undated_on', 'first_touch'),
    ('prospect_contacted', 'contacted_on', 'first_touch'),
    ('prospect_contacted_owner', 'contacted_on', 'owner'),
    ('prospect_engaged', 'engaged_on', 'first_touch'),
    ('prospect_qualified', 'qualified_on', 'first_touch'),
    ('prospect_quoted', 'quoted_on', 'first_touch'),
    ('prospect_won', 'won_on', 'first_touch'),
] %}
{% set targets = [
    ('detected>touched', 'detected_on', 'touched_on', 'owner'),
    ('detected>engaged', 'detected_on', 'engaged_on', 'owner'),
    ('detected>qualified', 'detected_on', 'qualified_by', 'first_touch'),
    ('detected>won', 'detected_on', 'won_on', 'first_touch'),
    ('contacted>responded', 'contacted_on', 'responded_on', 'first_touch'),
    ('contacted>engaged', 'contacted_on', 'engaged_on', 'owner'),
    ('contacted>qualified', 'contacted_on', 'qualified_by', 'first_touch'),
    ('contacted>won', 'contacted_on', 'won_on', 'first_touch'),
    ('qualified>won', 'qualified_on', 'won_on', 'first_touch'),
    ('quoted>won', 'quoted_on', 'won_on', 'first_touch'),
] %}
{% set durations = [
    ('prospect_to_lead_days', 'contacted_on', 'qualified_on'),
    ('time_to_convert_days', 'contacted_on', 'won_on'),
    ('detection_to_customer_days', 'detected_on', 'won_on'),
    ('lead_to_customer_days', 'qualified_on', 'won_on'),
] %}
{# qualified_not_won: the other outcome of lead_conversion_rate, in 180 days or yet #}
{% set others = [
    ('prospect_in_target', 'owner', 'coalesce(detected_on, undated_on)', 'null', 'null',
     'is_in_target'),
    ('lead_response_hours', 'touched', 'detected_on', 'lead_response_hours', 'null',
     'lead_response_hours >= 0'),
    ('qualified_not_won', 'first_touch', 'qualified_on', 'null', 'null',
     'coalesce(won_on - qualified_on > 180, true)'),
    ('prospect_qualified_by_source', 'first_touch', 'qualified_on', 'null', 'null',
     'is_qualified_by_source'),
    ('qualified_by_source>deal', 'first_touch', 'qualified_on', 'null',
     'deal_created_on - qualified_on',
     'is_qualified_by_source and deal_created_on is not null'),
] %}
with paths as (select * from {{ ref('kpi_prospect_paths') }}),

scores as (
    select * from {{ ref('kpi_prospect_scores') }}
    where instant = 'qualification'
),

dimensions as (select * from {{ ref('kpi_prospect_dimensions') }}),

events as (
    {% for event, day, attribution in stages %}
        select
            prospect_key,
            '{{ event }}' as event,
            '{{ attribution }}' as attribution,
            {{ day }} as day,
            cast(null as double) as amount,
            cast(null as bigint) as lag_days
        from paths
        where {{ day }} is not null
        union all
    {% endfor %}
    {% for event, anchor, target, attribution in targets %}
        select
            prospect_key,
            '{{ event }}' as event,
            '{{ attribution }}' as attribution,
            {{ anchor }} as day,
            null as amount,
            {{ target }} - {{ anchor }} as lag_days
        from paths
        where
            {{ anchor }} is not null
            and {{ target }} is not null
        union all
    {% endfor %}
    {% for event, start, finish in durations %}
        select
            prospect_key,
            '{{ event }}' as event,
            'first_touch' as attribution,
            {{ finish }} as day,
            {{ finish }} - {{ start }} as amount,
            null as lag_days
        from paths
        where {{ finish }} >= {{ start }}
        union all
    {% endfor %}
    select
        paths.prospect_key,
        'prospect_scored' as event,
        'first_touch' as attribution,
        paths.qualified_on as day,
        scores.score as amount,
        null as lag_days
    from paths
    inner join scores
        on paths.prospect_key = scores.prospect_key
    where paths.qualified_on is not null
    {% for event, attribution, day, amount, lag_days, condition in others %}
        union all
        select
            prospect_key,
            '{{ event }}' as event,
            '{{ attribution }}' as attribution,
            {{ day }} as day,
            {{ amount }} as amount,
            {{ lag_days }} as lag_days
        from paths
        where
            {{ day }} is not null
            and {{ condition }}
    {% endfor %}
),

kpi_prospect_events as (
    select
        events.event,
        'prospects' as record_entity,
        events.prospect_key as record_key,
        events.day,
        cast(events.amount as decimal(32, 10)) as amount,
        events.lag_days,
        case events.attribution
            when 'owner' then dimensions.owner_rep
            when 'touched' then dimensions.touched_rep
            else dimensions.rep
        end as rep,
        case events.attribution
            when 'owner' then dimensions.owner_team
            when 'touched' then dimensions.touched_team
            else dimensions.team
        end as team,
        dimensions.channel,
        dimensions.campaign,
        dimensions.target_segment,
        dimensions.sender_account,
        {% for dimension in kpi_who_dimensions() %}
            dimensions.{{ dimension }},
        {% endfor %}
        cast(null as integer) as product_family,
        cast(null as integer) as cost_type
    from events
    inner join dimensions
        on events.prospect_key = dimensions.prospect_key
)

select * from kpi_prospect_events
