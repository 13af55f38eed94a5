-- grain: one row per event, dimension, dimension value and day (its month's first day
-- for the dimensions that are published by month, quarter and year only).
-- `n` counts, `s` sums the amounts. Both are additive over days.
{% set daily = ['rep', 'team', 'channel'] %}
with events as (
    select
        *,
        cast(date_trunc('month', day) as date) as month
    from {{ ref('kpi_events') }}
),

sliced as (
    select
        event,
        {{ dimension_columns(kpi_dimensions()) }},
        coalesce(day, month) as day,
        count(*) as n,
        sum(amount) as s
    from events
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, day),
        {% for dimension in kpi_dimensions() %}
            (event, {{ dimension }}, {{ 'day' if dimension in daily else 'month' }})
            {{- ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_event_slices as (
    select
        event,
        dimension,
        dimension_value,
        day,
        n,
        s
    from sliced
    where dimension_value is not null
)

select * from kpi_event_slices
