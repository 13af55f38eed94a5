-- grain: one row per duration, grain, period, dimension, dimension value and measure
-- Median and 90th percentile (linear interpolation), which are no sums of days.
{% set daily = ['rep', 'team', 'channel'] %}
{% set short_grains = ['week', 'half_month'] %}
with events as (
    select * from {{ ref('kpi_events') }}
    where event in (
        select kpi_terms.event from {{ ref('kpi_terms') }} as kpi_terms
        where kpi_terms.measure in ('median', 'p90')
    )
),

calendar as (select * from {{ ref('kpi_calendar') }}),

placed as (
    select
        events.*,
        unnest(['day', 'week', 'half_month', 'month', 'quarter', 'year']) as grain,
        unnest([
            calendar.day,
            calendar.week,
            calendar.half_month,
            calendar.month,
            calendar.quarter,
            calendar.year
        ]) as period_start
    from events
    inner join calendar
        on events.day = calendar.day
),

sliced as (
    select
        event,
        grain,
        period_start,
        {{ dimension_columns(kpi_dimensions()) }},
        cast(median(amount) as double) as median,
        cast(quantile_cont(amount, 0.9) as double) as p90
    from placed
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, grain, period_start),
        {% for dimension in kpi_dimensions() %}
            (event, grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

published as (
    select * from sliced
    where
        dimension_value is not null
        and (
            grain in ('month', 'quarter', 'year')
            or dimension = 'all'
            or (
                grain in ({{ quoted_values(short_grains) }})
                and dimension in ({{ quoted_values(daily) }})
            )
        )
),

kpi_quantiles as (
    select
        event,
        'median' as measure,
        grain,
        period_start,
        dimension,
        dimension_value,
        median as amount
    from published
    union all
    select
        event,
        'p90' as measure,
        grain,
        period_start,
        dimension,
        dimension_value,
        p90 as amount
    from published
)

select * from kpi_quantiles
