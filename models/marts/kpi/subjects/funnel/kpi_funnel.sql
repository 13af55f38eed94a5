-- grain: one row per grain, period of detection, dimension, dimension value and stage.
-- Where do prospects get lost, and which step is worth mending first? The
-- stage-by-stage conversion of the prospects detected in the period by as_of; and, for
-- steps old enough to compare (each counted within its 90 days of detection, winning
-- within 180), whether it fell and what its mending would bring. A stage that nobody of
-- the one before reached has no row.
with steps as (select * from {{ ref('kpi_funnel_steps') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

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

-- how many standard errors the step lies below its own six periods before; only where
-- both sides expect five or more who pass and who do not
tested as (
    select
        *,
        quantile_cont(window_rate, 0.75) over (
            partition by grain, dimension, dimension_value, stage
            order by period_number
            range between 11 preceding and current row
        ) as best_quartile_rate,
        cast(passed_in_window + passed_earlier as double)
        / nullif(entered_in_window + entered_earlier, 0) as pooled_rate,
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
        end as fall
    from compared
),

-- Holm: the largest fall needs the strictest threshold; one that fails spares the rest.
-- Each threshold is the normal quantile of 1 − 0.05 / the falls still in play.
ranked as (
    select
        *,
        fall >= list_extract(
            [
                1.6448536269514715,
                1.9599639845400536,
                2.128045234184984,
                2.2414027276049464,
                2.3263478740408408,
                2.3939797998185104
            ],
            falls_tested - rank() over (
                partition by grain, period_start, dimension, dimension_value
                order by fall desc nulls last
            ) + 1
        ) as is_beyond_threshold,
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
        end as customers_if_improved
    from (
        select
            *,
            count(fall) over (
                partition by grain, period_start, dimension, dimension_value
            ) as falls_tested
        from tested
    ) as counted
),

kpi_funnel as (
    select
        ranked.grain,
        ranked.period_start,
        ranked.dimension,
        ranked.dimension_value,
        coalesce(labels.dimension_label, ranked.dimension_value) as dimension_label,
        ranked.stage,
        ranked.stage_order,
        ranked.reached,
        cast(ranked.reached as double) / ranked.reached_before as rate_from_previous,
        cast(ranked.reached as double) / ranked.reached_first as rate_from_first,
        ranked.is_mature and ranked.stage_order > 1 as is_mature,
        case
            when ranked.fall is not null
                then bool_and(ranked.is_beyond_threshold) over (
                    partition by
                        ranked.grain,
                        ranked.period_start,
                        ranked.dimension,
                        ranked.dimension_value
                    order by ranked.fall desc nulls last
                )
        end as is_declining,
        ranked.benchmark_rate,
        ranked.customers_if_improved,
        coalesce(ranked.customers_if_improved > 0, false) and row_number() over (
            partition by
                ranked.grain,
                ranked.period_start,
                ranked.dimension,
                ranked.dimension_value
            order by
                ranked.customers_if_improved desc nulls last, ranked.stage_order asc
        ) = 1 as is_bottleneck
    from ranked
    left join labels
        on
            ranked.dimension = labels.dimension
            and ranked.dimension_value = labels.dimension_value
)

select * from kpi_funnel
