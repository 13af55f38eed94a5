-- grain: one row per prospect and stage that has a time of its own.
-- The stages: detected → contacted → engaged → qualified → meeting → quoted → won, each
-- the first time. What happens after the key became a customer starts no stage; a stage
-- dated before the detection moves it back; who was detected as a customer's contact is
-- no prospect. The record that brought somebody there is null when it is the person's
-- own.
{% set told = [
    'reached_at', 'reached_on', 'reached_has_time',
    'record_entity', 'record_source', 'record_id',
] %}
with prospects as (
    select * from {{ ref('int_prospects') }}
    where not is_test
),

clock as (select * from {{ ref('int_clock') }}),

customers as (select * from {{ ref('int_customers') }}),

stage_events as (select * from {{ ref('fct_stage_events') }}),

-- the detection itself is judged below, once it has been moved back
first_events as (
    select
        {% for column in told %}
            stage_events.{{ column }},
        {% endfor %}
        stage_events.prospect_key,
        {{ customer_key('prospects.account_key', 'prospects.prospect_key') }}
            as customer_key,
        stage_events.stage
    from stage_events
    inner join prospects
        on stage_events.prospect_key = prospects.prospect_key
    left join customers
        on
            {{ customer_key('prospects.account_key', 'prospects.prospect_key') }}
            = customers.customer_key
    where
        stage_events.stage = 'detected'
        or not {{ happened_before('customers.customer_since', 'stage_events.reached') }}
    qualify
        row_number() over (
            partition by stage_events.prospect_key, stage_events.stage
            order by
                stage_events.reached_on asc,
                stage_events.reached_has_time desc,
                stage_events.reached_at asc,
                stage_events.record_entity asc,
                stage_events.record_source asc,
                stage_events.record_id asc
        ) = 1
),

-- the earliest stage that lies before the detection, if any: the detection moves there
earlier_stages as (
    select
        {% for column in told %}
            later_stages.{{ column }},
        {% endfor %}
        later_stages.prospect_key
    from first_events as later_stages
    inner join first_events as detections
        on
            later_stages.prospect_key = detections.prospect_key
            and detections.stage = 'detected'
    where
        later_stages.stage != 'detected'
        and {{ happened_before('later_stages.reached', 'detections.reached') }}
    qualify
        row_number() over (
            partition by later_stages.prospect_key
            order by
                later_stages.reached_on,
                later_stages.reached_has_time,
                later_stages.reached_at,
                later_stages.stage
        ) = 1
),

beginnings as (
    select
        {% for column in told %}
            coalesce(earlier_stages.{{ column }}, detections.{{ column }})
                as {{ column }},
        {% endfor %}
        detections.prospect_key,
        detections.customer_key
    from first_events as detections
    left join earlier_stages
        on detections.prospect_key = earlier_stages.prospect_key
    where detections.stage = 'detected'
),

known_prospects as (
    select beginnings.*
    from beginnings
    cross join clock
    left join customers
        on beginnings.customer_key = customers.customer_key
    where
        beginnings.reached_on <= clock.as_of
        and not {{ happened_before('customers.customer_since', 'beginnings.reached') }}
),

fct_prospect_stages as (
    select
        {% for column in told %}
            case
                when first_events.stage = 'detected' then known_prospects.{{ column }}
                else first_events.{{ column }}
            end as {{ column }},
        {% endfor %}
        first_events.prospect_key,
        first_events.stage,
        {{ stage_order('first_events.stage') }} as stage_order
    from first_events
    inner join known_prospects
        on first_events.prospect_key = known_prospects.prospect_key
)

select * from fct_prospect_stages
