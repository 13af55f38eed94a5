-- grain: one row per event, grain, dimension, dimension value and day (its month's
-- first day for the dimensions that are published by month, quarter and year only)
-- How many distinct prospects were contacted for the first time in their period on that
-- day: `touch` under the touch's own dimensions, `touch_first_touch` under those of the
-- prospect's first touch. Additive over the days of one period.
{% set own_daily = ['rep', 'team', 'channel'] %}
{% set own_monthly = ['campaign', 'target_segment', 'sender_account'] %}
{% set long_grains = ['month', 'quarter', 'year'] %}
with contacts as (select * from {{ ref('kpi_contacts') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

prospects as (select * from {{ ref('kpi_prospect_dimensions') }}),

{% for key in own_daily + own_monthly %}
    first_by_{{ key }} as (
        {{ first_in_period('contacts', 'calendar', key) }}
    ),

{% endfor %}
first_touches as (
    {{ first_in_period('contacts', 'calendar') }}
),

described as (
    select
        {% for dimension in own_daily + own_monthly + kpi_who_dimensions() %}
            coalesce(prospects.{{ dimension }}, '(unknown)') as {{ dimension }},
        {% endfor %}
        first_touches.*,
        cast(date_trunc('month', first_touches.day) as date) as month
    from first_touches
    left join prospects
        on first_touches.prospect_key = prospects.prospect_key
),

by_prospect as (
    select
        {{ dimension_columns(own_daily + own_monthly + kpi_who_dimensions()) }},
        {% for grain in kpi_grains() %}
            sum(first_in_{{ grain }}) as first_in_{{ grain }},
        {% endfor %}
        coalesce(day, month) as day
    from described
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (day),
        {% for dimension in own_daily %}
            ({{ dimension }}, day),
        {% endfor %}
        {% for dimension in own_monthly + kpi_who_dimensions() %}
            ({{ dimension }}, month){{ ',' if not loop.last }}
        {% endfor %}
    )
),

by_touch as (
    {% for key in own_daily + own_monthly %}
        select
            '{{ key }}' as dimension,
            dimension_value,
            {% for grain in kpi_grains() %}
                sum(first_in_{{ grain }}) as first_in_{{ grain }},
            {% endfor %}
            {% if key in own_daily %}
                day
            {% else %}
                cast(date_trunc('month', day) as date) as day
            {% endif %}
        from first_by_{{ key }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        'touch' as event,
        *
    from by_touch
    union all
    -- what follows from the prospect is the same whichever touch is looked at
    select
        'touch' as event,
        *
    from by_prospect
    where dimension in ({{ quoted_values(['all'] + kpi_who_dimensions()) }})
    union all
    select
        'touch_first_touch' as event,
        *
    from by_prospect
),

kpi_contact_slices as (
    {% for grain in kpi_grains() %}
        select
            event,
            '{{ grain }}' as grain,
            dimension,
            dimension_value,
            day,
            first_in_{{ grain }} as n
        from counted
        where
            first_in_{{ grain }} > 0
            {% if grain not in long_grains %}
                and dimension in ({{ quoted_values(['all'] + own_daily) }})
            {% endif %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_contact_slices
