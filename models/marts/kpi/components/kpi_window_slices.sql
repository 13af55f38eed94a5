-- grain: one row per event, measure, dimension value (its code) and day (its month's
-- first day for the dimensions that are published by month, quarter and year only).
-- How many targets came within the windows that KPIs ask for: `w90` counts those up to
-- 90 days after their anchor. Also none, on a day on which no target came in time.
with terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

events as (
    select
        *,
        cast(date_trunc('month', day) as date) as month
    from {{ ref('kpi_events') }}
),

windows as (
    select distinct
        event,
        measure,
        cast(substr(measure, 2) as integer) as window_days
    from terms
    where regexp_full_match(measure, 'w\d+')
),

targets as (
    select
        events.*,
        windows.measure,
        events.lag_days <= windows.window_days as is_within
    from events
    inner join windows
        on events.event = windows.event
),

sliced as (
    select
        event,
        measure,
        {{ grouped_code(kpi_dimensions()) }},
        coalesce(day, month) as day,
        count(*) filter (where is_within) as n
    from targets
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, measure, day),
        {% for dimension in kpi_dimensions() %}
            (
                event,
                measure,
                {{ dimension }},
                {{ 'day' if dimension in kpi_short_dimensions() else 'month' }}
            )
            {{- ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_window_slices as (
    select
        event,
        measure,
        value_code,
        day,
        n
    from sliced
    where value_code is not null
)

select * from kpi_window_slices
