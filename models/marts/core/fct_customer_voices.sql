-- grain: one row per thing a customer said: a survey answer, a ticket, a review, a
-- referral
with voices as (select * from {{ ref('int_customer_voices') }}),

customers as (select * from {{ ref('int_customers') }}),

fct_customer_voices as (
    select
        voices.kind,
        voices.source,
        voices.voice_id,
        voices.customer_key,
        voices.prospect_key,
        voices.said_at,
        voices.said_on,
        case
            when voices.kind = 'review'
                then {{ shown_word('platform', 'voices.topic') }}
            else voices.topic
        end as topic,
        {{ mapped_value('ticket_reason', 'voices.reason') }} as reason,
        voices.score,
        voices.scale_max,
        voices.is_valid,
        coalesce(
            voices.said_on >= customers.customer_since_on
            and voices.said_on
            < cast(customers.customer_since_on + to_months(12) as date),
            false
        ) as is_new_customer,
        voices.is_test,
        voices.is_after_as_of
    from voices
    left join customers
        on voices.customer_key = customers.customer_key
    {{ join_value_map('ticket_reason', 'voices.reason') }}
    {{ join_shown_word('platform', 'voices.topic') }}
)

select * from fct_customer_voices
