-- grain: one row per origin, basis, measure and month ahead.
-- How many customers, and how much revenue, do the next six months bring? cohorts: of
-- the open contacts as many as of those who stood at their stage as long before them,
-- and as many newcomers as lately; pipeline: of the open deals as many as of those
-- before them. The origin is the end of the last complete month; the twelve ends before
-- it are the back-test. No forecast, and no interval, uses what came after its origin.
--
-- An interval starts from how far chance alone scatters (people by their number,
-- amounts by the unequal sizes too), times the dispersion of the errors at that
-- distance that were known at the origin: how much more than chance they were, the
-- chance of the forecast itself being one of them.
with cohorts as (select * from {{ ref('kpi_forecast_cohorts') }}),

pipeline as (select * from {{ ref('kpi_forecast_pipeline') }}),

components as (
    select * from {{ ref('kpi_components') }}
    where
        grain = 'month'
        and dimension = 'all'
        and (event, measure) in (('customer_new', 'n'), ('new_customer_revenue', 's'))
),

months as (
    select
        period_start,
        period_number,
        max(period_number) over () as last_number
    from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
),

-- a month without new customers has none; one without revenue none known: nothing is
-- forecast while none is
flows as (
    select
        months.period_number,
        cast(coalesce(sum(components.amount) filter (
            where components.event = 'customer_new'
        ), 0) as double) as customers,
        cast(coalesce(sum(components.amount) filter (
            where components.event = 'new_customer_revenue'
        ), 0) as double) as revenue
    from months
    left join components
        on months.period_start = components.period_start
    group by all
),

-- what a new customer was worth in the last twelve months, and how far the revenue of a
-- customer lies from it: months of n customers scatter n times as much
worth as (
    select
        period_number,
        customers,
        revenue,
        sum(revenue) over last_12 / nullif(sum(customers) over last_12, 0)
            as revenue_per_customer,
        (
            sum(power(revenue, 2)) over last_12
            - 2 * revenue_per_customer * sum(revenue * customers) over last_12
            + power(revenue_per_customer, 2) * sum(power(customers, 2)) over last_12
        ) / nullif(sum(customers) over last_12, 0) as variance_per_customer
    from flows
    window last_12 as (
        order by period_number
        range between 11 preceding and current row
    )
),

forecasts as (
    select
        cohorts.origin,
        cohorts.horizon,
        'cohorts' as basis,
        'new_customers' as measure,
        cohorts.expected_customers as expected,
        cohorts.expected_customers as chance_variance,
        actuals.customers as actual
    from cohorts
    left join worth as actuals
        on cohorts.origin + cohorts.horizon = actuals.period_number
    union all
    select
        cohorts.origin,
        cohorts.horizon,
        'cohorts' as basis,
        'new_customer_revenue' as measure,
        cohorts.expected_customers * worth.revenue_per_customer as expected,
        cohorts.expected_customers * (
            power(worth.revenue_per_customer, 2)
            + greatest(worth.variance_per_customer, 0)
        ) as chance_variance,
        actuals.revenue as actual
    from cohorts
    inner join worth
        on cohorts.origin = worth.period_number
    left join worth as actuals
        on cohorts.origin + cohorts.horizon = actuals.period_number
    where worth.revenue_per_customer > 0
    union all
    select
        origin,
        horizon,
        'pipeline' as basis,
        'deals_won' as measure,
        expected_deals as expected,
        deals_variance as chance_variance,
        actual_deals as actual
    from pipeline
    union all
    select
        origin,
        horizon,
        'pipeline' as basis,
        'won_amount' as measure,
        expected_amount as expected,
        amount_variance as chance_variance,
        actual_amount as actual
    from pipeline
    -- where no deal says what it is worth, nothing is known of amounts
    qualify max(expected_amount) over () > 0
),

-- the errors of earlier origins whose month was over by this origin
judged as (
    select
        *,
        count(actual) over known_by_then as errors_known,
        coalesce(sum(power(actual - expected, 2)) over known_by_then, 0)
            as squared_errors,
        coalesce(sum(chance_variance) over known_by_then, 0) as variance_known
    from forecasts
    where expected is not null
    window known_by_then as (
        partition by basis, measure, horizon
        order by origin
        range between unbounded preceding and horizon preceding
    )
),

-- 80 % of a normal variable; of Student's, where the errors that tell are few
bounded as (
    select
        *,
        1.2815515655446004
        * (1 + coalesce(0.66 / nullif(errors_known, 0), 0))
        * sqrt(
            chance_variance
            * coalesce(
                (chance_variance + squared_errors)
                / nullif(chance_variance + variance_known, 0),
                1
            )
        ) as margin
    from judged
),

kpi_forecast as (
    select
        origins.period_start as origin_month,
        cast(origins.period_start + to_months(bounded.horizon) as date) as month,
        bounded.horizon as months_ahead,
        bounded.basis,
        bounded.measure,
        cast(bounded.expected as double) as expected,
        greatest(cast(bounded.expected - bounded.margin as double), 0) as interval_low,
        cast(bounded.expected + bounded.margin as double) as interval_high,
        bounded.errors_known,
        cast(bounded.actual as double) as actual,
        bounded.origin = origins.last_number as is_newest
    from bounded
    inner join months as origins
        on bounded.origin = origins.period_number
    where bounded.origin > origins.last_number - 13
)

select * from kpi_forecast
