-- grain: one row per dimension of a touch (`all`: whatever it was), value (its code),
-- prospect and day on which the prospect was touched.
-- A touch is the first of its period when the one before it lies before the period, so
-- that the flags add up to distinct prospects without any count(distinct).
{% set keys = [
    'all', 'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] %}
with calendar as (select * from {{ ref('kpi_calendar') }}),

-- a window per dimension: nothing but its columns is read and goes through it
followed as (
    {% for key in keys %}
        select
            '{{ key }}' as dimension,
            {{ '0' if key == 'all' else key }} as value_code,
            prospect_key,
            day,
            lag(day) over (
                partition by prospect_key{{ ', ' ~ key if key != 'all' }}
                order by day
            ) as previous_day
        from {{ ref('kpi_touches') }}
        where
            is_prospecting_touch
            and prospect_key is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_contact_firsts as (
    select
        {% for grain in kpi_grains() %}
            cast(
                followed.previous_day is null
                or followed.previous_day < calendar.{{ grain }}
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
