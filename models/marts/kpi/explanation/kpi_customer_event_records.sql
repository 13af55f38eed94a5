-- grain: one row per event of a customer, with the sale or referral that made it so.
-- Of a cohort's target also the record of where it begins.
with events as (
    select * from {{ ref('kpi_events') }}
    where record_entity = 'customers'
),

customer_records as (select * from {{ ref('kpi_customer_records') }}),

records as (select * from {{ ref('kpi_records') }}),

kpi_customer_event_records as (
    select
        events.event,
        events.day,
        {% for dimension in kpi_dimensions() %}
            events.{{ dimension }},
        {% endfor %}
        events.amount,
        events.lag_days,
        customers.entity as subject_entity,
        customers.source as subject_source,
        customers.record_id as subject_id,
        makers.entity as record_entity,
        makers.source as record_source,
        makers.record_id,
        beginnings.entity as anchor_entity,
        beginnings.source as anchor_source,
        beginnings.record_id as anchor_id
    from events
    inner join records as customers
        on
            events.record_entity = customers.record_entity
            and events.record_key = customers.record_key
    left join customer_records
        on
            events.event = customer_records.event
            and events.record_key = customer_records.customer_key
            and events.day = customer_records.day
    left join records as makers
        on
            customer_records.made_by = makers.record_entity
            and customer_records.made_by_key = makers.record_key
    left join records as beginnings
        on
            customer_records.begun_by = beginnings.record_entity
            and customer_records.begun_by_key = beginnings.record_key
)

select * from kpi_customer_event_records
