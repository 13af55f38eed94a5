-- grain: one row per event, grain, dimension value (its code) and day (its month's first
-- day for the dimensions that are published by month, quarter and year only).
-- How many distinct prospects were contacted for the first time in their period on that
-- day: `touch` under the touch's own dimensions, `touch_first_touch` under those of the
-- prospect's first touch. Additive over the days of one period.
{% set own_monthly = ['campaign', 'target_segment', 'sender_account'] %}
{% set long_grains = ['month', 'quarter', 'year'] %}
with firsts as (
    select * from {{ ref('kpi_contact_firsts') }}
    where dimension = 'all'
),

daily_firsts as (
    select * from {{ ref('kpi_contact_firsts') }}
    where dimension in ({{ quoted_values(kpi_short_dimensions()) }})
),

-- who is not the first of the month is not that of a quarter or year either
monthly_firsts as (
    select * from {{ ref('kpi_contact_firsts') }}
    where
        dimension in ({{ quoted_values(own_monthly) }})
        and first_in_month > 0
),

prospects as (select * from {{ ref('kpi_prospect_dimensions') }}),

by_prospect as (
    {% for column, grains, dimensions in [
        ('day', kpi_grains(), kpi_short_dimensions()),
        ('month', long_grains, own_monthly + kpi_who_dimensions()),
    ] %}
        select
            {{ grouped_code(dimensions) }},
            {% for grain in kpi_grains() %}
                {{ 'sum(first_in_' ~ grain ~ ')' if grain in grains else 'null' }}
                    as first_in_{{ grain }},
            {% endfor %}
            {{ column }} as day
        from (
            select
                firsts.*,
                {% for dimension in dimensions %}
                    coalesce(prospects.{{ dimension }}, {{ unknown_code(dimension) }})
                        as {{ dimension }},
                {% endfor %}
                cast(date_trunc('month', firsts.day) as date) as month
            from firsts
            left join prospects
                on firsts.prospect_key = prospects.prospect_key
            {{ 'where firsts.first_in_month > 0' if column == 'month' }}
        ) as described
        group by grouping sets ( -- unknown to the linter -- noqa: PRS
            {{ '(day),' if column == 'day' }}
            {% for dimension in dimensions %}
                ({{ dimension }}, {{ column }}){{ ',' if not loop.last }}
            {% endfor %}
        )
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

by_touch as (
    {% for relation, grains in [
        ('daily_firsts', kpi_grains()), ('monthly_firsts', long_grains),
    ] %}
        select
            value_code,
            {% for grain in kpi_grains() %}
                {{ 'sum(first_in_' ~ grain ~ ')' if grain in grains else 'null' }}
                    as first_in_{{ grain }},
            {% endfor %}
            {{ 'cast(date_trunc(\'month\', day) as date)'
                if relation == 'monthly_firsts' else 'day' }} as day
        from {{ relation }}
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
    where
        value_code = 0
        or value_code >= {{ unknown_code('lead_source') }}
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
            value_code,
            day,
            first_in_{{ grain }} as n
        from counted
        where first_in_{{ grain }} > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_contact_slices
