-- grain: one row per origin (a month's end), month of the six that follow, basis and
-- measure.
-- What was expected, how far chance alone scatters it, what costs nothing, and what
-- came. An amount is the number times what one was worth lately: what the record of an
-- open deal says today may have been written when it was closed.
with newcomers as (select * from {{ ref('kpi_forecast_newcomers') }}),

open_ones as (select * from {{ ref('kpi_forecast_open') }}),

outcomes as (select * from {{ ref('kpi_forecast_outcomes') }}),

lately as (select * from {{ ref('kpi_forecast_lately') }}),

numbers as (
    select
        newcomers.basis,
        newcomers.origin,
        newcomers.horizon,
        newcomers.expected + coalesce(open_ones.expected, 0) as expected,
        newcomers.chance_variance + coalesce(open_ones.chance_variance, 0)
            as chance_variance,
        outcomes.won,
        outcomes.amount
    from newcomers
    left join open_ones
        on
            newcomers.basis = open_ones.basis
            and newcomers.origin = open_ones.origin
            and newcomers.horizon = open_ones.horizon
    left join outcomes
        on
            newcomers.basis = outcomes.basis
            and newcomers.origin + newcomers.horizon = outcomes.period_number
),

kpi_forecast_made as (
    select
        numbers.origin,
        numbers.horizon,
        numbers.basis,
        case numbers.basis when 'cohorts' then 'new_customers' else 'deals_won' end
            as measure,
        numbers.expected,
        numbers.chance_variance,
        lately.won_of_3 as naive_expected,
        numbers.won as actual
    from numbers
    inner join lately
        on
            numbers.basis = lately.basis
            and numbers.origin = lately.period_number
    union all
    select
        numbers.origin,
        numbers.horizon,
        numbers.basis,
        case numbers.basis
            when 'cohorts' then 'new_customer_revenue'
            else 'won_amount'
        end as measure,
        numbers.expected * lately.worth as expected,
        numbers.chance_variance * power(lately.worth, 2)
        + numbers.expected * greatest(lately.worth_variance, 0) as chance_variance,
        lately.amount_of_3 as naive_expected,
        numbers.amount as actual
    from numbers
    inner join lately
        on
            numbers.basis = lately.basis
            and numbers.origin = lately.period_number
    -- where nothing was worth anything, nothing is known of amounts
    where lately.worth > 0
)

select * from kpi_forecast_made
