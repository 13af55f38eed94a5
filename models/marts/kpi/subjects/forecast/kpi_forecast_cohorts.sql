-- grain: one row per origin (a month's end) and month of the six that follow: the new
-- customers expected of the contacts made so far and of those still to come.
-- Of the open contacts as many as of those who stood where they stand did before them;
-- besides, as many as came in the last six such months that were over at the origin
-- without a contact so many months before.
with standing as (
    select * from {{ ref('kpi_forecast_standing') }}
    where basis = 'cohorts'
),

shares as (
    select * from {{ ref('kpi_forecast_shares') }}
    where basis = 'cohorts'
),

customers as (select * from {{ ref('dim_customers') }}),

months as (
    select * from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
),

-- where nobody had stood before, the share of all
any_stage as (
    select
        origin,
        horizon,
        sum(won) / cast(sum(standing) as double) as won_share
    from shares
    group by all
),

open_contacts as (
    select
        month_end as origin,
        stage,
        months_in_stage,
        sum(standing) as standing
    from standing
    group by all
),

expected as (
    select
        any_stage.origin,
        any_stage.horizon,
        -- an exact sum, so that two builds give the same bits
        sum(cast(
            open_contacts.standing
            * coalesce(shares.won_share, any_stage.won_share) as decimal(32, 15)
        )) as customers
    from any_stage
    inner join open_contacts
        on any_stage.origin = open_contacts.origin
    left join shares
        on
            any_stage.origin = shares.origin
            and any_stage.horizon = shares.horizon
            and open_contacts.stage = shares.stage
            and open_contacts.months_in_stage = shares.months_in_stage
    group by all
),

arrivals as (
    select
        months.period_number as month_number,
        count(customers.customer_key) as customers
    from months
    left join customers
        on months.period_start = date_trunc('month', customers.customer_since_on)
    group by all
),

contacted_before as (
    select
        month_end + months_to_win as month_number,
        months_to_win as horizon,
        sum(standing) as customers
    from standing
    where months_to_win between 1 and 6
    group by all
),

-- of the customers of the last six months, as many as were not contacted so long before
newcomers as (
    select
        any_stage.origin,
        any_stage.horizon,
        avg(cast(
            arrivals.customers - coalesce(contacted_before.customers, 0) as double
        )) as customers
    from any_stage
    inner join arrivals
        on
            any_stage.origin >= arrivals.month_number
            and any_stage.origin - 6 < arrivals.month_number
            and any_stage.horizon < arrivals.month_number
    left join contacted_before
        on
            arrivals.month_number = contacted_before.month_number
            and any_stage.horizon = contacted_before.horizon
    group by all
),

kpi_forecast_cohorts as (
    select
        expected.origin,
        expected.horizon,
        cast(expected.customers as double) + newcomers.customers as expected_customers
    from expected
    inner join newcomers
        on
            expected.origin = newcomers.origin
            and expected.horizon = newcomers.horizon
)

select * from kpi_forecast_cohorts
