-- grain: one row per grain, period in which the ticket was opened, dimension, value and
-- reason.
-- What do customers complain about? As a Pareto: the most frequent first, with the
-- cumulative share.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with complaints as (
    select * from {{ ref('fct_customer_voices') }}
    where
        kind = 'ticket'
        and topic = 'complaint'
        and not is_test
        and not is_after_as_of
),

customer_dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

said as (
    select
        {% for dimension in dimensions %}
            coalesce(customer_dimensions.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        complaints.said_on as day,
        coalesce(complaints.reason, '(unknown)') as reason
    from complaints
    left join customer_dimensions
        on complaints.customer_key = customer_dimensions.customer_key
),

{{ ranked_reasons('kpi_complaint_reasons', 'said', dimensions) }}

select * from kpi_complaint_reasons
