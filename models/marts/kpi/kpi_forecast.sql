-- grain: one row per origin, basis, measure and month ahead
-- The forecast of the last complete month's end is the newest; those of the twelve ends
-- before it are the back-test. An interval is as wide as the errors, at that distance,
-- that were known at the origin (Student's, as they are few), and never narrower than
-- that of chance alone.
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

-- a month without new customers has none; one without revenue none known
flows as (
    select
        months.period_number,
        coalesce(sum(components.amount) filter (
            where components.event = 'customer_new'
        ), 0) as customers,
        coalesce(sum(components.amount) filter (
            where components.event = 'new_customer_revenue'
        ), 0) as revenue
    from months
    left join components
        on months.period_start = components.period_start
    group by all
),

worth as (
    select
        period_number,
        customers,
        revenue,
        sum(revenue) over last_12 / nullif(sum(customers) over last_12, 0)
            as revenue_per_customer
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
        measures.measure,
        case measures.measure
            when 'new_customers' then cohorts.expected_customers
            else cohorts.expected_customers * worth.revenue_per_customer
        end as expected,
        case measures.measure
            when 'new_customers' then actuals.customers
            else actuals.revenue
        end as actual,
        case measures.measure
            when 'new_customers' then 1
            else worth.revenue_per_customer
        end as unit_worth
    from cohorts
    cross join (
        values ('new_customers'), ('new_customer_revenue')
    ) as measures (measure)
    inner join worth
        on cohorts.origin = worth.period_number
    left join worth as actuals
        on cohorts.origin + cohorts.horizon = actuals.period_number
    union all
    select
        pipeline.origin,
        pipeline.horizon,
        'pipeline' as basis,
        measures.measure,
        case measures.measure
            when 'deals_won' then pipeline.expected_deals
            else pipeline.expected_amount
        end as expected,
        case measures.measure
            when 'deals_won' then pipeline.actual_deals
            else pipeline.actual_amount
        end as actual,
        case measures.measure
            when 'deals_won' then 1
            else pipeline.expected_amount / nullif(pipeline.expected_deals, 0)
        end as unit_worth
    from pipeline
    cross join (values ('deals_won'), ('won_amount')) as measures (measure)
),

-- the errors of earlier origins whose month was over by this origin
judged as (
    select
        *,
        count(actual) over known_by_then as errors_known,
        sqrt(avg(power(actual - expected, 2)) over known_by_then) as error
    from forecasts
    where expected is not null
    window known_by_then as (
        partition by basis, measure, horizon
        order by origin
        range between unbounded preceding and horizon preceding
    )
),

bounded as (
    select
        *,
        1.2815515655446004 * greatest(
            unit_worth * sqrt(expected / nullif(unit_worth, 0)),
            case
                when errors_known >= 3 then error * (1 + 0.66 / errors_known)
            end
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
        greatest(cast(bounded.expected - coalesce(bounded.margin, 0) as double), 0)
            as interval_low,
        cast(bounded.expected + coalesce(bounded.margin, 0) as double) as interval_high,
        bounded.errors_known,
        cast(bounded.actual as double) as actual,
        bounded.origin = origins.last_number as is_newest
    from bounded
    inner join months as origins
        on bounded.origin = origins.period_number
)

select * from kpi_forecast
