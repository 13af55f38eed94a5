-- grain: one row per event, grain, dimension value (its code) and day (its month's
-- first day for the dimensions that are published by month, quarter and year only).
-- How many distinct prospects were contacted for the first time in their period on that
-- day: `touch` under the touch's own dimensions, `touch_first_touch` under those of the
-- prospect's first touch. Additive over the days of one period.
{% set own_daily = kpi_short_dimensions() %}
{% set own_monthly = ['campaign', 'target_segment', 'sender_account'] %}
{% set reaches = [
    ('day', 'daily_firsts', kpi_grains(), own_daily),
    (
        'month', 'monthly_firsts', ['month', 'quarter', 'year'],
        own_monthly + kpi_who_dimensions(),
    ),
] %}
with firsts as (
    select * from {{ ref('kpi_contact_firsts') }}
    where dimension = 'all'
),

daily_firsts as (
    select * from {{ ref('kpi_contact_firsts') }}
    where dimension in ({{ quoted_values(own_daily) }})
),

-- who is not the first of the month is not that of a quarter or year either
monthly_firsts as (
    select * from {{ ref('kpi_contact_firsts') }}
    where
        dimension in ({{ quoted_values(own_monthly) }})
        and first_in_month > 0
),

prospects as (select * from {{ ref('kpi_prospect_dimensions') }}),

described as (
    select
        {% for dimension in own_daily + own_monthly + kpi_who_dimensions() %}
            coalesce(prospects.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        firsts.*
    from firsts
    left join prospects
        on firsts.prospect_key = prospects.prospect_key
),

{% for column, relation, grains, dimensions in reaches %}
    by_prospect_and_{{ column }} as (
        select
            {% for grain in kpi_grains() %}
                {{ 'sum(first_in_' ~ grain ~ ')' if grain in grains else 'null' }}
                    as first_in_{{ grain }},
            {% endfor %}
            {{ grouped_code(dimensions) }},
            {{ column }} as touched_on
        from described
        {{ 'where first_in_month > 0' if column == 'month' }}
        group by grouping sets ( -- unknown to the linter -- noqa: PRS
            {{ '(day),' if column == 'day' }}
            {% for dimension in dimensions %}
                ({{ dimension }}, {{ column }}){{ ',' if not loop.last }}
            {% endfor %}
        )
    ),

    by_touch_and_{{ column }} as (
        select
            {% for grain in kpi_grains() %}
                {{ 'sum(first_in_' ~ grain ~ ')' if grain in grains else 'null' }}
                    as first_in_{{ grain }},
            {% endfor %}
            value_code,
            {{ column }} as touched_on
        from {{ relation }}
        group by all
    ),

{% endfor %}
counted as (
    {% for column in ['day', 'month'] %}
        select
            'touch' as event,
            *
        from by_touch_and_{{ column }}
        union all
        -- what follows from the prospect is the same whichever touch is looked at
        select
            'touch' as event,
            *
        from by_prospect_and_{{ column }}
        where
            value_code = 0
            or value_code >= {{ unknown_code('lead_source') }}
        union all
        select
            'touch_first_touch' as event,
            *
        from by_prospect_and_{{ column }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_contact_slices as (
    {% for grain in kpi_grains() %}
        select
            event,
            '{{ grain }}' as grain,
            value_code,
            touched_on as day,
            first_in_{{ grain }} as n
        from counted
        where first_in_{{ grain }} > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_contact_slices
