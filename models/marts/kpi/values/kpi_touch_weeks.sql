-- grain: one row per dimension value (its code) and ISO week: its prospecting e-mails
-- and calls, 0 in a week without.
-- The weeks of the first year that lie before all events are empty ones too.
with calendar as (select * from {{ ref('kpi_calendar') }}),

touched_weeks as (
    select * from {{ ref('kpi_ratios') }}
    where
        grain = 'week'
        and kpi_id in ('prospecting_emails', 'calls_to_prospects')
),

first_days as (
    select
        min(day) as day,
        min(year) as year
    from calendar
),

earlier_days as (
    select
        series.day,
        first_days.year
    from first_days
    cross join lateral ( -- a series per row -- noqa: ST05
        {{ date_series('first_days.year', 'first_days.day - 1') }}
    ) as series
),

weeks as (
    select distinct
        week,
        quarter,
        year
    from calendar
    where day = week
    union all
    select
        day as week,
        cast(
            year + to_months(
                3 * cast(floor(datediff('month', year, day) / 3) as integer)
            ) as date
        ) as quarter,
        year
    from earlier_days
    where day = date_trunc('week', day)
),

segments as (select distinct value_code from touched_weeks),

kpi_touch_weeks as (
    select
        segments.value_code,
        weeks.week,
        weeks.quarter,
        weeks.year,
        coalesce(emails.numerator, 0) as emails,
        coalesce(calls.numerator, 0) as calls
    from segments
    cross join weeks
    {% for kpi, relation in [
        ('prospecting_emails', 'emails'), ('calls_to_prospects', 'calls'),
    ] %}
        left join touched_weeks as {{ relation }}
            on
                {{ relation }}.kpi_id = '{{ kpi }}'
                and segments.value_code = {{ relation }}.value_code
                and weeks.week = {{ relation }}.period_start
    {% endfor %}
)

select * from kpi_touch_weeks
