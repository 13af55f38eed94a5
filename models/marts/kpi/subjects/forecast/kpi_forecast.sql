-- grain: one row per origin, basis, measure and month ahead.
-- How many customers, and how much revenue, do the next six months bring? Of the open
-- contacts (cohorts) or deals (pipeline) as many as of those who stood where they do,
-- and as many newcomers as lately; amounts by what one was worth lately. The origin is
-- the end of the last complete month; the twelve ends before it are the back-test. No
-- forecast, and no interval, uses what came after its origin. Where the back-test was
-- further off than the mean of the last three months, the newest forecast is withheld.
--
-- An interval is as wide as chance, and the errors known by then, make it.
with made as (select * from {{ ref('kpi_forecast_made') }}),

months as (
    select * from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
    qualify period_number > max(period_number) over () - 13
),

-- the errors of earlier origins whose month was over by this origin
judged as (
    select
        made.basis,
        made.measure,
        made.horizon,
        made.origin,
        made.expected,
        made.naive_expected,
        made.chance_variance,
        made.actual,
        cast(abs(made.actual - made.expected) as decimal(38, 6)) as absolute_error,
        cast(abs(made.actual - made.naive_expected) as decimal(38, 6))
            as naive_absolute_error,
        count(earlier.actual) as errors_known,
        coalesce(sum(power(earlier.actual - earlier.expected, 2)), 0)
            as squared_errors,
        coalesce(sum(earlier.chance_variance), 0) as variance_known
    from made
    left join made as earlier
        on
            made.basis = earlier.basis
            and made.measure = earlier.measure
            and made.horizon = earlier.horizon
            and made.origin >= earlier.origin + earlier.horizon
    group by all
),

-- 80 % of a normal variable; of Student's, as the errors that tell are few
bounded as (
    select
        judged.*,
        months.period_start,
        judged.origin = max(judged.origin) over () as is_newest,
        1.2815515655446004
        * sqrt(judged.chance_variance)
        * {{ forecast_stretch(
            'judged.chance_variance', 'judged.errors_known', 'judged.squared_errors',
            'judged.variance_known'
        ) }} as margin,
        cast(sum(judged.absolute_error) over back_test as double)
        / nullif(sum(judged.actual) over back_test, 0) as past_error,
        -- exact sums: equal errors are equal; null while no month has come
        is_newest
        and sum(judged.absolute_error) over back_test
        > sum(judged.naive_absolute_error) over back_test as is_withheld
    from judged
    inner join months
        on judged.origin = months.period_number
    window back_test as (partition by judged.basis, judged.measure)
),

kpi_forecast as (
    select
        period_start as origin_month,
        cast(period_start + to_months(horizon) as date) as month,
        horizon as months_ahead,
        basis,
        measure,
        if(is_withheld, null, expected) as expected,
        if(is_withheld, null, greatest(expected - margin, 0)) as interval_low,
        if(is_withheld, null, expected + margin) as interval_high,
        naive_expected,
        errors_known,
        actual,
        is_newest,
        coalesce(is_withheld, false) as is_withheld,
        past_error,
        is_newest and {{ is_far_off('past_error') }} as is_far_off
    from bounded
)

select * from kpi_forecast
