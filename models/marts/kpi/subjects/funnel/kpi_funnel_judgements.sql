-- grain: one row per grain, period of detection, dimension, dimension value and stage.
-- A step beside its own periods before: how far it fell, what that is worth, and what
-- its mending would bring. Only within its days, once these are over; a fall only where
-- both sides expect five or more who pass and who do not.
with steps as (select * from {{ ref('kpi_funnel_steps') }}),

compared as (
    select
        *,
        case
            when is_mature
                then cast(passed_in_window as double) / nullif(entered_in_window, 0)
        end as window_rate,
        count(*) over trailing_6 as earlier_periods,
        sum(entered_in_window) over trailing_6 as entered_earlier,
        sum(passed_in_window) over trailing_6 as passed_earlier,
        -- of those who passed the step, in periods old enough to tell: the share won
        cast(sum(reached_won) filter (where is_won_mature) over last_12 as double)
        / nullif(sum(reached) filter (where is_won_mature) over last_12, 0) as won_share
    from steps
    window
        trailing_6 as (
            partition by grain, dimension, dimension_value, stage
            order by period_number
            range between 6 preceding and 1 preceding
        ),
        last_12 as (
            partition by grain, dimension, dimension_value, stage
            order by period_number
            range between 11 preceding and current row
        )
),

rated as (
    select
        *,
        quantile_cont(window_rate, 0.75) over (
            partition by grain, dimension, dimension_value, stage
            order by period_number
            range between 11 preceding and current row
        ) as best_quartile_rate,
        cast(passed_in_window + passed_earlier as double)
        / nullif(entered_in_window + entered_earlier, 0) as pooled_rate
    from compared
),

kpi_funnel_judgements as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        stage,
        entered_in_window,
        window_rate,
        earlier_periods,
        cast(passed_earlier as double) / nullif(entered_earlier, 0) as earlier_rate,
        -- how many standard errors it lies below its own six periods before
        case
            when
                window_rate is not null
                and earlier_periods >= 3
                and least(pooled_rate, 1 - pooled_rate)
                * least(entered_in_window, entered_earlier) >= 5
                then
                    (passed_earlier / entered_earlier - window_rate)
                    / sqrt(
                        pooled_rate * (1 - pooled_rate)
                        * (1 / entered_in_window + 1 / entered_earlier)
                    )
        end as fall,
        case
            when window_rate is not null
                then
                    greatest(
                        entered_in_window
                        * coalesce(benchmark_rate, best_quartile_rate)
                        - passed_in_window,
                        0
                    )
                    * won_share
        end as customers_if_improved,
        -- customers more (or, below 0, fewer) than at the rate of its periods before
        entered_in_window * (window_rate - earlier_rate) * won_share as customers_beyond
    from rated
)

select * from kpi_funnel_judgements
