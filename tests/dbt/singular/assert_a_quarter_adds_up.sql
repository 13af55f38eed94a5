-- A failure means that the outlook of a quarter does not add up: signed, open and new
-- are not what is expected, the gap is not what is missing to the target, the chance
-- says more than the gap allows; or what is expected of a quarter that has not begun is
-- not what the forecast says of its three months.
with outlooks as (select * from {{ ref('kpi_quarter_outlook') }}),

forecasts as (
    select * from {{ ref('kpi_forecast') }}
    where is_newest
),

clock as (select * from {{ ref('dim_clock') }}),

months as (
    select
        outlooks.period_start,
        outlooks.measure,
        sum(forecasts.expected) as expected
    from outlooks
    inner join forecasts
        on
            outlooks.measure = forecasts.measure
            and outlooks.period_start <= forecasts.month
            and outlooks.period_end >= forecasts.month
    group by all
)

select
    outlooks.period_start,
    outlooks.measure,
    outlooks.signed,
    outlooks.expected,
    outlooks.gap,
    outlooks.chance,
    months.expected as expected_of_months
from outlooks
cross join clock
left join months
    on
        outlooks.period_start = months.period_start
        and outlooks.measure = months.measure
where
    abs(
        outlooks.signed
        + outlooks.open_weighted
        + outlooks.expected_new
        - outlooks.expected
    ) > 1e-6 * (1 + outlooks.expected)
    or abs(outlooks.target - outlooks.expected - outlooks.gap)
    > 1e-6 * (1 + outlooks.expected)
    or outlooks.chance not between 0.0004 and 0.9996
    or outlooks.interval_low > outlooks.interval_high
    or outlooks.interval_low < outlooks.signed - 1e-6
    or outlooks.is_withheld and outlooks.expected is not null
    or (
        outlooks.period_start > clock.as_of
        and abs(outlooks.expected - months.expected) > 1e-6 * (1 + months.expected)
    )
