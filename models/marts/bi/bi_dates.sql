-- grain: one row per day, from the year of the first event to the end of the next year.
-- The calendar to join any day of a fact with. The first days of its periods are those
-- of `kpi_values`; quarters and years are fiscal. No day before 1970.
{% set facts = {
    'dim_prospects': 'detected_on', 'fct_contracts': 'started_on',
    'fct_conversations': 'occurred_on', 'fct_costs': 'spent_on',
    'fct_customer_voices': 'said_on', 'fct_deals': 'created_on',
    'fct_meetings': 'happened_on', 'fct_orders': 'ordered_on', 'fct_quotes': 'sent_on' } %}
{% set weekdays = {
    'en': ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    'fr': ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'],
} %}
{% set months = {
    'en': ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
           'September', 'October', 'November', 'December'],
    'fr': ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août',
           'septembre', 'octobre', 'novembre', 'décembre'],
} %}
with clock as (select * from {{ ref('dim_clock') }}),

holidays as (select * from {{ ref('stg_reference__public_holidays') }}),

first_days as (
    {% for fact, day in facts.items() %}
        select min({{ day }}) as day from {{ ref(fact) }}
        union all
    {% endfor %}
    select min(period_start) as day from {{ ref('kpi_periods') }}
),

span as (
    select
        cast(date_trunc('year', greatest(
            coalesce(min(first_days.day), any_value(clock.as_of)), date '1970-01-01'
        )) as date) as first_day,
        cast(date_trunc('year', any_value(clock.as_of)) + to_months(24) as date) - 1
            as last_day,
        any_value(clock.as_of) as as_of,
        any_value(clock.fiscal_year_start_month) - 1 as fiscal_shift
    from first_days
    cross join clock
),

days as (
    select
        series.day,
        span.as_of,
        {{ period_starts('series.day', 'span.fiscal_shift') }}
    from span
    cross join lateral ( -- a series per row -- noqa: ST05
        {{ date_series('span.first_day', 'span.last_day') }}
    ) as series
),

bi_dates as (
    select
        days.day,
        days.week as week_start,
        days.half_month as half_month_start,
        days.month as month_start,
        days.quarter as quarter_start,
        days.year as year_start,
        cast(extract(year from days.day) as integer) as calendar_year,
        cast(extract(month from days.day) as integer) as month_number,
        cast(days.day - days.week + 1 as integer) as weekday_number,
        {% for language in ['en', 'fr'] %}
            case extract(month from days.day)
                {% for name in months[language] %}
                    when {{ loop.index }} then '{{ name }}'
                {% endfor %}
            end as month_{{ language }},
            case days.day - days.week
                {% for name in weekdays[language] %}
                    when {{ loop.index0 }} then '{{ name }}'
                {% endfor %}
            end as weekday_{{ language }},
        {% endfor %}
        coalesce(holidays.kind = 'worked', days.day - days.week < 5) as is_working_day,
        case when holidays.kind = 'holiday' then holidays.name end as holiday,
        days.day > days.as_of as is_after_as_of,
        cast(days.as_of - days.day as integer) as days_ago,
        cast(date_diff('month', days.month, days.as_of) as integer) as months_ago,
        cast(days.month + to_months(1) as date) - 1 > days.as_of as is_partial_month
    from days
    left join holidays
        on days.day = holidays.day
)

select * from bi_dates
