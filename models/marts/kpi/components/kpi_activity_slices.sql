-- grain: one row per event, dimension value (its code) and day (its month's first day
-- for the dimensions that are published by month, quarter and year only).
-- The touches, counted wide in one pass (a column per event) and then unpivoted. s, of
-- messages, is how many responses the benchmarks lead one to expect.
{% set monthly = [
    'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with touches as (
    select
        *,
        cast(date_trunc('month', day) as date) as month
    from {{ ref('kpi_touches') }}
),

counted as (
    select
        {{ grouped_code(kpi_short_dimensions() + monthly) }},
        coalesce(day, month) as day,
        count(*) filter (where is_prospecting_touch) as touch,
        count(*) filter (where is_prospecting_touch and touch_channel = 'call')
            as touch_call,
        count(*) filter (where is_prospecting_touch and is_answered_call)
            as touch_call_answered,
        count(*) filter (
            where
            is_prospecting_touch
            and touch_channel = 'call'
            and not is_answered_call
        ) as touch_call_unanswered,
        count(*) filter (where is_prospecting_touch and touch_channel = 'email')
            as touch_email,
        count(*) filter (where is_prospecting_touch and touch_channel = 'linkedin')
            as touch_linkedin,
        count(*) filter (where is_prospecting_touch and touch_channel = 'mail')
            as touch_mail,
        count(*) filter (
            where
            is_prospecting_touch
            and {{ is_message_channel('touch_channel') }}
        ) as touch_message,
        sum(standard_response_rate) filter (
            where
            is_prospecting_touch
            and {{ is_message_channel('touch_channel') }}
        ) as standard_responses,
        count(*) filter (where touch_channel = 'call') as touch_any_call,
        count(*) filter (where touch_channel = 'email') as touch_any_email
    from touches
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (day),
        {% for dimension in kpi_short_dimensions() %}
            ({{ dimension }}, day),
        {% endfor %}
        {% for dimension in monthly %}
            ({{ dimension }}, month){{ ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_activity_slices as (
    {% for event in [
        'touch', 'touch_call', 'touch_call_answered', 'touch_call_unanswered',
        'touch_email', 'touch_linkedin', 'touch_mail', 'touch_message',
        'touch_any_call', 'touch_any_email',
    ] %}
        select
            '{{ event }}' as event,
            value_code,
            day,
            {{ event }} as n,
            {% if event == 'touch_message' %}
                cast(standard_responses as decimal(38, 10))
            {% else %}
                cast(null as decimal(38, 10))
            {% endif %} as s
        from counted
        where {{ event }} > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_activity_slices
