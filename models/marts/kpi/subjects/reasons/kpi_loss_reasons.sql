-- grain: one row per grain, period of closing, dimension, value and reason.
-- Why do we lose deals? As a Pareto: the most frequent first, with the cumulative
-- share.
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
        on events.record_key = deals.deal_key
),

{{ ranked_reasons('kpi_loss_reasons', 'said', dimensions, amount='lost_amount') }}

select * from kpi_loss_reasons
