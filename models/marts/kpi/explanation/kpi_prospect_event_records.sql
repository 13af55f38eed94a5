-- grain: one row per event of a prospect's path, with the record that made it so.
-- Of a cohort's target, and of a duration, also the record of where it begins.
{% set steps = {
    'prospect_detected': ('detected', none),
    'prospect_detected_first_touch': ('detected', none),
    'prospect_in_target': ('detected', none),
    'prospect_contacted': ('contacted', none),
    'prospect_contacted_owner': ('contacted', none),
    'prospect_engaged': ('engaged', none),
    'prospect_qualified': ('qualified', none),
    'prospect_qualified_by_source': ('qualified', none),
    'qualified_not_won': ('qualified', none),
    'prospect_scored': ('qualified', none),
    'prospect_quoted': ('quoted', none),
    'prospect_won': ('won', none),
    'detected>touched': ('touched', 'detected'),
    'detected>engaged': ('engaged', 'detected'),
    'detected>qualified': ('qualified_by', 'detected'),
    'detected>won': ('won', 'detected'),
    'contacted>responded': ('responded', 'contacted'),
    'contacted>engaged': ('engaged', 'contacted'),
    'contacted>qualified': ('qualified_by', 'contacted'),
    'contacted>won': ('won', 'contacted'),
    'qualified>won': ('won', 'qualified'),
    'qualified_by_source>deal': ('deal', 'qualified'),
    'quoted>won': ('won', 'quoted'),
    'prospect_to_lead_days': ('qualified', 'contacted'),
    'time_to_convert_days': ('won', 'contacted'),
    'detection_to_customer_days': ('won', 'detected'),
    'lead_to_customer_days': ('won', 'qualified'),
    'lead_response_hours': ('touched', 'detected'),
} %}
with events as (
    select * from {{ ref('kpi_events') }}
    where record_entity = 'prospects'
),

people as (select * from {{ ref('dim_prospects') }}),

records as (select * from {{ ref('kpi_prospect_records') }}),

steps as (
    {% for event, step in steps.items() %}
        select
            '{{ event }}' as event,
            '{{ step[0] }}' as record_step,
            {{ "'" ~ step[1] ~ "'" if step[1] else 'cast(null as varchar)' }}
                as anchor_step
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_prospect_event_records as (
    select
        {% for part, own in [
            ('entity', "'prospects'"), ('source', 'people.source'),
            ('id', 'people.prospect_id'),
        ] %}
            case when records.record_id is not null then {{ own }} end
                as subject_{{ part }},
            coalesce(records.record_{{ part }}, {{ own }}) as record_{{ part }},
            case
                when steps.anchor_step is not null
                    then coalesce(anchors.record_{{ part }}, {{ own }})
            end as anchor_{{ part }},
        {% endfor %}
        {% for column in ['event', 'day', 'amount'] + kpi_dimensions() %}
            events.{{ column }},
        {% endfor %}
        events.lag_days
    from events
    inner join people
        on events.record_key = people.prospect_key
    left join steps
        on events.event = steps.event
    left join records
        on
            events.record_key = records.prospect_key
            and steps.record_step = records.step
    left join records as anchors
        on
            events.record_key = anchors.prospect_key
            and steps.anchor_step = anchors.step
)

select * from kpi_prospect_event_records
