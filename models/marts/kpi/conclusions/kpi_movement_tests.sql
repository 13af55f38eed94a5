-- grain: one row per measure (a KPI of signal_rules or a step of the funnel),
-- statistic, grain, period and fact: the dimension and value that it is told of.
-- On which page a movement would be shown, since when it lasts, and what it is worth. A
-- run is of periods without a gap that are all off in one direction by more than one
-- chance in twenty. A test holds until the next period of its measure is judged.
{% set measure = 'kind, subject, statistic, grain' %}
with deviations as (select * from {{ ref('kpi_movement_deviations') }}),

directed as (
    select
        *,
        case
            when abs(standard_errors) >= 1.6448536269514715
                then sign(standard_errors)
        end as direction
    from deviations
),

numbered as (
    select
        *,
        period_number - row_number() over (
            partition by {{ measure }}, dimension, dimension_value, direction
            order by period_number
        ) as run
    from directed
),

kpi_movement_tests as (
    select
        {% for column in [
            'kind', 'subject', 'statistic', 'grain', 'period_start', 'period_end',
            'dimension', 'dimension_value', 'value', 'expected_value', 'sample_size',
            'standard_errors', 'advice_en', 'advice_fr',
        ] %}
            {{ column }},
        {% endfor %}
        case
            when dimension in ('rep', 'team') then 'team'
            when lever in ('targeting', 'message') then 'funnel'
            when lever in ('timing', 'follow_up', 'reminders') then 'activity'
            when lever = 'channel' then 'campaigns'
            when lever in ('pitch', 'pricing') then 'pipeline'
            when lever in ('loyalty', 'satisfaction') then 'customers'
            else 'overview'
        end as page,
        case
            when direction is not null
                then min(period_start) over (
                    partition by
                        {{ measure }}, dimension, dimension_value, direction, run
                )
        end as since,
        min(period_end) over (
            partition by {{ measure }}
            order by period_number
            range between 1 following and unbounded following
        ) as known_until,
        case when unit = 'customers' then beyond end as worth_customers,
        case when unit = 'amount' then beyond end as worth_amount,
        case when unit = 'cases' then beyond end as worth_cases
    from numbered
)

select * from kpi_movement_tests
