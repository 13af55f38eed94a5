-- grain: one row per record that an event comes from and whose fact has no key of its
-- own: the activities behind responses, conversations and meetings; what customers said
with records as (
    {% for fact in ['fct_responses', 'fct_conversations', 'fct_meetings'] %}
        select
            'activities' as entity,
            source,
            activity_id as record_id
        from {{ ref(fact) }}
        union
    {% endfor %}
    select
        concat(kind, 's') as entity,
        source,
        voice_id as record_id
    from {{ ref('fct_customer_voices') }}
),

kpi_record_keys as (
    select
        entity,
        source,
        record_id,
        row_number() over (order by entity, source, record_id) as record_key
    from records
)

select * from kpi_record_keys
