-- grain: one row per event, grain, period and dimension value (its code).
-- The events that are counted once per period, under the dimensions of their customer.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with events as (select * from {{ ref('kpi_period_events') }}),

customer_dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

described as (
    select
        {% for dimension in dimensions %}
            coalesce(customer_dimensions.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        events.*
    from events
    left join customer_dimensions
        on events.customer_key = customer_dimensions.customer_key
),

sliced as (
    select
        event,
        grain,
        period_start,
        {{ grouped_code(dimensions) }},
        count(*) as n,
        sum(amount) as s
    from described
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, grain, period_start),
        {% for dimension in dimensions %}
            (event, grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_period_slices as (
    select
        event,
        grain,
        period_start,
        value_code,
        n,
        s
    from sliced
    where {{ published_code('value_code', 'grain') }}
)

select * from kpi_period_slices
