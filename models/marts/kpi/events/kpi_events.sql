-- grain: one row per event that counts, of everything but the activities themselves.
-- `record_entity` and `record_key` are the record that it comes from (of a cohort's
-- target, that of its anchor), as `kpi_records` names it; `amount` its weight (money,
-- days, hours, ±1); `lag_days`, of a cohort's target, the days from its anchor. The
-- dimensions are codes of `kpi_dimension_values`: null when the event does not carry
-- one, that of `(unknown)` when it does and the value is missing.
--
-- A table: read as a view, each of its some seventy parts would keep hash tables of its
-- own in every grouping set of the slices, a gigabyte of nearly empty ones.
{% set subjects = [
    'kpi_prospect_events',
    'kpi_exchange_events',
    'kpi_deal_events',
    'kpi_quote_events',
    'kpi_contract_events',
    'kpi_cost_events',
    'kpi_loyalty_events',
    'kpi_order_events',
    'kpi_customer_events',
] %}
with clock as (select * from {{ ref('dim_clock') }}),

events as (
    {% for subject in subjects %}
        select * from {{ ref(subject) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_events as (
    select
        events.event,
        events.record_entity,
        events.record_key,
        events.day,
        {% for dimension in kpi_dimensions() %}
            events.{{ dimension }},
        {% endfor %}
        events.amount,
        events.lag_days
    from events
    cross join clock
    where events.day <= clock.as_of
)

select * from kpi_events
