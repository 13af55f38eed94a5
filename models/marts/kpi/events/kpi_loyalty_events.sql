-- grain: one row per event of a customer's voice: a survey answer, a ticket, a review,
-- a referral after the customer's beginning.
-- NPS answers are counted per respondent and period, in `kpi_period_slices`.
with voices as (
    select * from {{ ref('fct_customer_voices') }}
    where
        not is_test
        and not is_after_as_of
),

customers as (select * from {{ ref('dim_customers') }}),

first_referrals as (select * from {{ ref('kpi_first_referrals') }}),

record_keys as (select * from {{ ref('kpi_record_keys') }}),

dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

events as (
    select
        concat(kind, 's') as record_entity,
        source,
        voice_id,
        customer_key,
        concat(topic, '_answer') as event,
        said_on as day,
        case topic
            when 'ces' then 1 + (score - 1) * 6 / nullif(scale_max - 1, 0)
            else score
        end as amount,
        cast(null as bigint) as lag_days
    from voices
    where
        kind = 'survey_response'
        and topic in ('csat', 'ces')
    union all
    select
        concat(kind, 's') as record_entity,
        source,
        voice_id,
        customer_key,
        'csat_satisfied' as event,
        said_on as day,
        null as amount,
        null as lag_days
    from voices
    where
        kind = 'survey_response'
        and topic = 'csat'
        and score >= scale_max - 1
    union all
    select
        concat(kind, 's') as record_entity,
        source,
        voice_id,
        customer_key,
        concat('ticket_', topic) as event,
        said_on as day,
        null as amount,
        null as lag_days
    from voices
    where
        kind = 'ticket'
        and topic in (
            'complaint', 'refund_request', 'dissatisfaction', 'compliment', 'question'
        )
    union all
    select
        concat(kind, 's') as record_entity,
        source,
        voice_id,
        customer_key,
        'review' as event,
        said_on as day,
        score as amount,
        null as lag_days
    from voices
    where kind = 'review'
    union all
    select
        concat(kind, 's') as record_entity,
        source,
        voice_id,
        customer_key,
        'review_five_stars' as event,
        said_on as day,
        null as amount,
        null as lag_days
    from voices
    where
        kind = 'review'
        and score = 5
    union all
    select
        'customers' as record_entity,
        null as source,
        null as voice_id,
        customers.customer_key,
        'customer_new>referral' as event,
        customers.customer_since_on as day,
        null as amount,
        first_referrals.referred_on - customers.customer_since_on as lag_days
    from customers
    inner join first_referrals
        on customers.customer_key = first_referrals.customer_key
),

kpi_loyalty_events as (
    select
        events.event,
        events.record_entity,
        case
            when events.record_entity = 'customers' then events.customer_key
            else record_keys.record_key
        end as record_key,
        events.day,
        cast(events.amount as decimal(32, 10)) as amount,
        events.lag_days,
        {% for dimension in [
            'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
        ] + kpi_who_dimensions() %}
            coalesce(dimensions.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        cast(null as integer) as product_family,
        cast(null as integer) as cost_type
    from events
    left join record_keys
        on
            events.record_entity = record_keys.entity
            and events.source = record_keys.source
            and events.voice_id = record_keys.record_id
    left join dimensions
        on events.customer_key = dimensions.customer_key
)

select * from kpi_loyalty_events
