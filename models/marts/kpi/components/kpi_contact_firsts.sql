-- grain: one row per dimension of a touch (`all`: whatever it was), value (its code),
-- prospect and day on which the prospect was touched; of the dimensions that are
-- published by month, quarter and year only, the first such day of each month.
-- A touch is the first of its period when the one before it lies before the period, so
-- that the flags add up to distinct prospects without any count(distinct).
{% set by_month = ['campaign', 'target_segment', 'sender_account'] %}
{% set short_grains = ['day', 'week', 'half_month'] %}
with calendar as (select * from {{ ref('kpi_calendar') }}),

-- a window per dimension: nothing but its columns is read and goes through it
followed as (
    {% for key in ['all'] + kpi_short_dimensions() + by_month %}
        {% set code = '0' if key == 'all' else key %}
        select
            '{{ key }}' as dimension,
            {{ code }} as value_code,
            prospect_key,
            {% if key in by_month %}
                min(day) as day,
                lag(min(day)) over (
                    partition by prospect_key, {{ key }}
                    order by min(day)
                ) as previous_day
            {% else %}
                day,
                lag(day) over (
                    partition by prospect_key{{ ', ' ~ key if key != 'all' }}
                    order by day
                ) as previous_day
            {% endif %}
        from {{ ref('kpi_touches') }}
        where
            is_prospecting_touch
            and prospect_key is not null
        {{ 'group by prospect_key, %s, date_trunc(\'month\', day)' % key
            if key in by_month }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_contact_firsts as (
    select
        {% for grain in kpi_grains() %}
            cast(
                case
                    {% if grain in short_grains %}
                        when followed.dimension in ({{ quoted_values(by_month) }})
                            then null
                    {% endif %}
                    when followed.previous_day >= calendar.{{ grain }} then 0
                    else 1
                end
                as integer
            ) as first_in_{{ grain }},
        {% endfor %}
        followed.dimension,
        followed.value_code,
        followed.prospect_key,
        followed.day,
        cast(date_trunc('month', followed.day) as date) as month
    from followed
    inner join calendar
        on followed.day = calendar.day
    where
        followed.previous_day is null
        or followed.previous_day < followed.day
)

select * from kpi_contact_firsts
