-- grain: one row per origin (a month's end) and month of the six that follow: what the
-- contacts made so far, and those still to come, are expected to bring
-- Only what was known at the origin: the chance of becoming a customer so many months
-- after the first contact is learnt from who had been followed for so long by then.
with customers as (select * from {{ ref('dim_customers') }}),

paths as (
    select * from {{ ref('kpi_prospect_paths') }}
    where contacted_on >= date '1970-01-01'
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

horizons as (
    select cast(unnest(generate_series(1, 6)) as integer) as horizon
),

contacted as (
    select
        months.period_number as contact_month,
        count(*) as contacts
    from paths
    inner join months
        on date_trunc('month', paths.contacted_on) = months.period_start
    group by all
),

-- new customers by their month and by that of the first contact of who became them;
-- without such a contact, before it or with its month unknown: at no age
arrivals as (
    select
        months.period_number as won_month,
        contact_months.period_number as contact_month,
        count(*) as arrived
    from customers
    inner join months
        on date_trunc('month', customers.customer_since_on) = months.period_start
    left join paths
        on
            customers.won_prospect_key = paths.prospect_key
            and customers.customer_since_on >= paths.contacted_on
    left join months as contact_months
        on date_trunc('month', paths.contacted_on) = contact_months.period_start
    group by all
),

origins as (
    select
        period_number as origin,
        period_start as origin_month
    from months
    where
        period_number > last_number - 13
        and period_number >= 6
),

-- of every month's contacts, at every age that its origin has seen: at risk and won
ages as (
    select
        origins.origin,
        contacted.contact_month,
        steps.period_number - 1 as age,
        contacted.contacts - coalesce(sum(arrivals.arrived) over (
            partition by origins.origin, contacted.contact_month
            order by steps.period_number
            rows between unbounded preceding and 1 preceding
        ), 0) as at_risk,
        coalesce(arrivals.arrived, 0) as arrived
    from origins
    inner join contacted
        on origins.origin >= contacted.contact_month
    inner join months as steps
        on origins.origin - contacted.contact_month >= steps.period_number - 1
    left join arrivals
        on
            contacted.contact_month = arrivals.contact_month
            and contacted.contact_month + steps.period_number - 1 = arrivals.won_month
),

chances as (
    select
        origin,
        age,
        sum(arrived) / nullif(cast(sum(at_risk) as double), 0) as chance
    from ages
    group by all
),

-- the share still open before each age, by the chances of that origin
curves as (
    select
        origin,
        age,
        coalesce(chance, 0) as chance,
        product(1 - coalesce(chance, 0)) over (
            partition by origin
            order by age
        ) as share_after
    from chances
),

-- who is open at the origin, and who is contacted later: as many as in the last six
-- months
open_cohorts as (
    select
        origin,
        contact_month,
        at_risk - arrived as still_open
    from ages
    where age = origin - contact_month
    union all
    select
        origins.origin,
        origins.origin + horizons.horizon as contact_month,
        sum(contacted.contacts) / cast(6 as double) as still_open
    from origins
    cross join horizons
    inner join contacted
        on
            origins.origin - 6 < contacted.contact_month
            and origins.origin >= contacted.contact_month
    group by
        origins.origin,
        horizons.horizon
),

expected as (
    select
        open_cohorts.origin,
        horizons.horizon,
        -- an exact sum, so that two builds give the same bits
        cast(sum(cast(
            open_cohorts.still_open
            * curves.chance
            * coalesce(age_before.share_after, 1)
            / coalesce(at_origin.share_after, 1) as decimal(32, 15)
        )) as double) as customers
    from open_cohorts
    cross join horizons
    inner join curves
        on
            open_cohorts.origin = curves.origin
            and open_cohorts.origin + horizons.horizon - open_cohorts.contact_month
            = curves.age
    left join curves as age_before
        on
            curves.origin = age_before.origin
            and curves.age - 1 = age_before.age
    left join curves as at_origin
        on
            open_cohorts.origin = at_origin.origin
            and open_cohorts.origin - open_cohorts.contact_month = at_origin.age
    where at_origin.share_after > 0 or at_origin.origin is null
    group by all
),

-- customers without a contact come as they came in the last six months
uncontacted as (
    select
        origins.origin,
        sum(arrivals.arrived) / cast(6 as double) as customers
    from origins
    inner join arrivals
        on
            origins.origin - 6 < arrivals.won_month
            and origins.origin >= arrivals.won_month
    where arrivals.contact_month is null
    group by all
),

kpi_forecast_cohorts as (
    select
        origins.origin,
        origins.origin_month,
        expected.horizon,
        expected.customers + coalesce(uncontacted.customers, 0) as expected_customers
    from expected
    inner join origins
        on expected.origin = origins.origin
    left join uncontacted
        on expected.origin = uncontacted.origin
)

select * from kpi_forecast_cohorts
