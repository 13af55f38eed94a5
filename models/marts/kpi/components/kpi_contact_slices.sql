-- grain: one row per event, grain, dimension, dimension value and day (its month's
-- first day for the dimensions that are published by month, quarter and year only).
-- How many distinct prospects were contacted for the first time in their period on that
-- day: `touch` under the touch's own dimensions, `touch_first_touch` under those of the
-- prospect's first touch. Additive over the days of one period.
{% set own_daily = ['rep', 'team', 'channel'] %}
{% set own_monthly = ['campaign', 'target_segment', 'sender_account'] %}
{% set long_grains = ['month', 'quarter', 'year'] %}
with firsts as (select * from {{ ref('kpi_contact_firsts') }}),

prospects as (select * from {{ ref('kpi_prospect_dimensions') }}),

described as (
    select
        {% for dimension in own_daily + own_monthly + kpi_who_dimensions() %}
            coalesce(prospects.{{ dimension }}, '(unknown)') as {{ dimension }},
        {% endfor %}
        {% for grain in kpi_grains() %}
            firsts.first_in_{{ grain }},
        {% endfor %}
        firsts.day,
        cast(date_trunc('month', firsts.day) as date) as month
    from firsts
    left join prospects
        on firsts.prospect_key = prospects.prospect_key
    where firsts.dimension = 'all'
),

by_prospect as (
    select
        {{ dimension_columns(own_daily + own_monthly + kpi_who_dimensions()) }},
        {% for grain in kpi_grains() %}
            sum(first_in_{{ grain }}) as first_in_{{ grain }},
        {% endfor %}
        coalesce(day, month) as touched_on
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
    select
        dimension,
        dimension_value,
        {% for grain in kpi_grains() %}
            sum(first_in_{{ grain }}) as first_in_{{ grain }},
        {% endfor %}
        case
            when dimension in ({{ quoted_values(own_daily) }}) then day
            else cast(date_trunc('month', day) as date)
        end as touched_on
    from firsts
    where dimension != 'all'
    group by all
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
            touched_on as day,
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
