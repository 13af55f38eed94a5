-- grain: one row per event, customer (of an answer: answer), grain and period of what
-- is counted once per period, with the sale or the answer behind it
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with events as (select * from {{ ref('kpi_period_events') }}),

customer_dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

records as (select * from {{ ref('kpi_records') }}),

kpi_period_records as (
    select
        {% for dimension in dimensions %}
            coalesce(customer_dimensions.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        cast(null as integer) as product_family,
        cast(null as integer) as cost_type,
        events.event,
        events.grain,
        events.period_start,
        cast(null as varchar) as only_under,
        events.amount,
        customers.entity as subject_entity,
        customers.source as subject_source,
        customers.record_id as subject_id,
        events.record_entity,
        coalesce(events.answer_source, records.source) as record_source,
        coalesce(events.answer_id, records.record_id) as record_id
    from events
    left join customer_dimensions
        on events.customer_key = customer_dimensions.customer_key
    left join records as customers
        on
            customers.record_entity = 'customers'
            and events.customer_key = customers.record_key
    left join records
        on
            events.record_entity = records.record_entity
            and events.record_key = records.record_key
)

select * from kpi_period_records
