-- grain: one row per grain, period of closing, dimension, dimension value and reason
-- Why deals were lost, the most frequent reason first.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() + ['product_family'] %}
with events as (
    select * from {{ ref('kpi_events') }}
    where event = 'deal_lost'
),

deals as (select * from {{ ref('fct_deals') }}),

said as (
    select
        {% for dimension in dimensions %}
            events.{{ dimension }},
        {% endfor %}
        events.day,
        coalesce(deals.lost_reason, '(unknown)') as reason,
        deals.converted_amount as amount
    from events
    inner join deals
        on events.entity_id = cast(deals.deal_key as varchar)
),

{{ ranked_reasons('said', dimensions) }},

kpi_loss_reasons as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        dimension_label,
        reason,
        reason_rank,
        occurrences,
        share,
        cumulative_share,
        amount as lost_amount
    from ranked_reasons
)

select * from kpi_loss_reasons
