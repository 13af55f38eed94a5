-- grain: one row per event that its own record is: of an exchange, a sale, a contract,
-- a cost, a customer's voice.
-- A deal's target begins with the deal itself, a quote's with the quote.
with events as (
    select * from {{ ref('kpi_events') }}
    where record_entity not in ('prospects', 'customers')
),

records as (select * from {{ ref('kpi_records') }}),

kpi_plain_event_records as (
    select
        events.event,
        events.day,
        {% for dimension in kpi_dimensions() %}
            events.{{ dimension }},
        {% endfor %}
        events.amount,
        events.lag_days,
        cast(null as varchar) as subject_entity,
        cast(null as varchar) as subject_source,
        cast(null as varchar) as subject_id,
        records.entity as record_entity,
        records.source as record_source,
        records.record_id,
        case when events.event like '%>%' then records.entity end as anchor_entity,
        case when events.event like '%>%' then records.source end as anchor_source,
        case when events.event like '%>%' then records.record_id end as anchor_id
    from events
    left join records
        on
            events.record_entity = records.record_entity
            and events.record_key = records.record_key
)

select * from kpi_plain_event_records
