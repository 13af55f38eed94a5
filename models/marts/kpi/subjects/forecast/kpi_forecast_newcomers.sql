-- grain: one row per basis, origin (a month's end) and month of the six that follow.
-- How many are expected to win in it who do not stand anywhere yet at the origin: as
-- many as in the last twelve months did not stand so many months before. They scatter
-- like a count, or more where their months did, and so does their mean. From six months
-- of history on.
with standing as (select * from {{ ref('kpi_forecast_standing') }}),

outcomes as (select * from {{ ref('kpi_forecast_outcomes') }}),

won_from_standing as (
    select
        basis,
        horizon,
        month_end + horizon as period_number,
        sum(won) as won
    from standing
    group by all
),

horizons as (
    select cast(unnest(generate_series(1, 6)) as integer) as horizon
),

came as (
    select
        outcomes.basis,
        outcomes.period_number,
        horizons.horizon,
        outcomes.won - coalesce(won_from_standing.won, 0) as won
    from outcomes
    inner join horizons
        on outcomes.first_number <= outcomes.period_number - horizons.horizon
    left join won_from_standing
        on
            outcomes.basis = won_from_standing.basis
            and outcomes.period_number = won_from_standing.period_number
            and horizons.horizon = won_from_standing.horizon
),

kpi_forecast_newcomers as (
    select
        origins.basis,
        origins.period_number as origin,
        came.horizon,
        sum(came.won) / count(*) as expected,
        -- the sample variance from sums of whole numbers: the same in any order of rows
        greatest(
            (sum(came.won) + 0.5) / count(*),
            coalesce(
                (sum(power(came.won, 2)) - power(sum(came.won), 2) / count(*))
                / nullif(count(*) - 1, 0),
                0
            )
        )
        * (1 + 1.0 / count(*)) as chance_variance
    from outcomes as origins
    inner join came
        on
            origins.basis = came.basis
            and origins.period_number >= came.period_number
            and origins.period_number - 12 < came.period_number
    where origins.months_known >= 6
    group by all
)

select * from kpi_forecast_newcomers
