-- grain: one row per event, dimension value (its code) and day (its month's first day
-- for the dimensions that are published by month, quarter and year only).
-- `n` counts, `s` sums the amounts. Both are additive over days.
with events as (
    select
        *,
        cast(date_trunc('month', day) as date) as month
    from {{ ref('kpi_events') }}
),

sliced as (
    select
        event,
        {{ grouped_code(kpi_dimensions()) }},
        coalesce(day, month) as day,
        count(*) as n,
        sum(amount) as s
    from events
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, day),
        {% for dimension in kpi_dimensions() %}
            (
                event,
                {{ dimension }},
                {{ 'day' if dimension in kpi_short_dimensions() else 'month' }}
            )
            {{- ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_event_slices as (
    select
        event,
        value_code,
        day,
        n,
        s
    from sliced
    where value_code is not null
)

select * from kpi_event_slices
