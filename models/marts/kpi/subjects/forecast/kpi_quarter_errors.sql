-- grain: one row per quarter that is running or comes next, basis and measure.
-- How far forecasts of as many months, as far ahead, were off in the past: those made
-- at every month's end whose months were all over at the last one.
with months as (select * from {{ ref('kpi_quarter_months') }}),

made as (select * from {{ ref('kpi_forecast_made') }}),

past as (
    select
        months.period_start,
        made.basis,
        made.measure,
        made.origin,
        sum(made.actual) as actual,
        sum(made.expected) as expected,
        sum(made.chance_variance) as chance_variance
    from months
    inner join made
        on
            months.horizon = made.horizon
            and months.origin > made.origin
    group by all
    having count(made.actual) = any_value(months.months_left)
),

kpi_quarter_errors as (
    select
        period_start,
        basis,
        measure,
        count(*) as errors_known,
        sum(power(actual - expected, 2)) as squared_errors,
        sum(chance_variance) as variance_known,
        sum(abs(actual - expected)) / nullif(sum(actual), 0) as past_error
    from past
    group by all
)

select * from kpi_quarter_errors
