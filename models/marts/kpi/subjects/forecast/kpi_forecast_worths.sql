-- grain: one row per basis and month of the last twelve that brought somebody.
-- What one of that month was worth, and its place among all of the twelve laid side by
-- side, from 0 to 1: a number drawn evenly finds a month by how many it brought.
with outcomes as (
    select * from {{ ref('kpi_forecast_outcomes') }}
    where won > 0
),

months as (
    select * from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
    qualify period_number > max(period_number) over () - 12
),

kpi_forecast_worths as (
    select
        outcomes.basis,
        outcomes.period_number,
        outcomes.amount / outcomes.won as worth,
        (sum(outcomes.won) over up_to_here - outcomes.won)
        / sum(outcomes.won) over (partition by outcomes.basis) as share_from,
        sum(outcomes.won) over up_to_here
        / sum(outcomes.won) over (partition by outcomes.basis) as share_before
    from outcomes
    inner join months
        on outcomes.period_number = months.period_number
    window up_to_here as (partition by outcomes.basis order by outcomes.period_number)
)

select * from kpi_forecast_worths
