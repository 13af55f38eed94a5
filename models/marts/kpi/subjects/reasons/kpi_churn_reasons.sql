-- grain: one row per grain, period in which the contract ended, dimension, value and
-- reason.
-- Why do customers leave? Contracts cancelled, or ended and not renewed, as a Pareto:
-- the most frequent first, with the cumulative share.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with events as (
    select * from {{ ref('kpi_events') }}
    where event = 'contract_lost'
),

contracts as (select * from {{ ref('fct_contracts') }}),

said as (
    select
        {% for dimension in dimensions %}
            events.{{ dimension }},
        {% endfor %}
        events.day,
        coalesce(
            contracts.cancel_reason,
            case when not contracts.is_cancelled then '(not renewed)' end,
            '(unknown)'
        ) as reason,
        contracts.converted_monthly_amount as amount
    from events
    inner join contracts
        on events.record_key = contracts.contract_key
),

{{ ranked_reasons(
    'kpi_churn_reasons', 'said', dimensions, amount='lost_monthly_amount'
) }}

select * from kpi_churn_reasons
