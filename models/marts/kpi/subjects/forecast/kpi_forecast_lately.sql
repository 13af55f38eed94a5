-- grain: one row per basis and complete month.
-- What a forecast made at its end knows of the months up to it: their mean, which costs
-- nothing and is what a forecast has to beat; what one customer or deal of the last
-- twelve was worth, and how far the amount of one lies from that (months of n scatter n
-- times as much).
with outcomes as (select * from {{ ref('kpi_forecast_outcomes') }}),

kpi_forecast_lately as (
    select
        basis,
        period_number,
        avg(won) over last_3 as won_of_3,
        avg(amount) over last_3 as amount_of_3,
        sum(amount) over last_12 / nullif(sum(won) over last_12, 0) as worth,
        (
            sum(power(amount, 2)) over last_12
            - 2 * worth * sum(amount * won) over last_12
            + power(worth, 2) * sum(power(won, 2)) over last_12
        ) / nullif(sum(won) over last_12, 0) as worth_variance
    from outcomes
    window
        last_3 as (
            partition by basis
            order by period_number
            range between 2 preceding and current row
        ),
        last_12 as (
            partition by basis
            order by period_number
            range between 11 preceding and current row
        )
)

select * from kpi_forecast_lately
