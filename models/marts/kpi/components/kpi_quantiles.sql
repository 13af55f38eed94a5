-- grain: one row per duration, grain, period, dimension value (its code) and measure.
-- Median and 90th percentile (linear interpolation), which are no sums of days.
{% set reaches = [
    (['day'], []),
    (['week', 'half_month'], kpi_short_dimensions()),
    (['month', 'quarter', 'year'], kpi_dimensions()),
] %}
with events as (
    select * from {{ ref('kpi_events') }}
    where event in (
        select kpi_terms.event from {{ ref('stg_reference__kpi_terms') }} as kpi_terms
        where kpi_terms.measure in ('median', 'p90')
    )
),

calendar as (select * from {{ ref('kpi_calendar') }}),

placed as (
    select
        events.*,
        {% for grain in kpi_grains() %}
            calendar.{{ grain }} as {{ grain }}_start,
        {% endfor %}
        cast(events.amount as double) as duration
    from events
    inner join calendar
        on events.day = calendar.day
),

-- both quantiles in one sorting: [median, 90th percentile]
{% for grains, dimensions in reaches %}
    {% for grain in grains %}
        by_{{ grain }} as (
            select
                event,
                '{{ grain }}' as grain,
                {{ grain }}_start as period_start,
                {% if dimensions %}
                    {{ grouped_code(dimensions) }},
                {% else %}
                    0 as value_code,
                {% endif %}
                quantile_cont(duration, [0.5, 0.9]) as quantiles
            from placed
            group by grouping sets ( -- unknown to the linter -- noqa: PRS
                (event, {{ grain }}_start)
                {%- for dimension in dimensions %},
                    (event, {{ grain }}_start, {{ dimension }})
                {%- endfor %}
            )
        ),

    {% endfor %}
{% endfor %}
sliced as (
    {% for grain in kpi_grains() %}
        select
            event,
            grain,
            period_start,
            value_code,
            quantiles
        from by_{{ grain }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_quantiles as (
    {% for measure in ['median', 'p90'] %}
        select
            event,
            '{{ measure }}' as measure,
            grain,
            period_start,
            value_code,
            quantiles[{{ loop.index }}] as amount
        from sliced
        where value_code is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_quantiles
