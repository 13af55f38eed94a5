-- grain: one row per grain, period of detection, dimension, dimension value and stage
-- The stage-by-stage conversion of the prospects detected in the period, and the step
-- that costs most customers, half a one or more. A stage that nobody of the one before
-- reached has no row; one that nobody supplies is passed, and judged by nothing.
{% set cell = 'steps.grain, steps.period_start, steps.dimension, steps.dimension_value' %}
with steps as (select * from {{ ref('kpi_funnel_steps') }}),

judgements as (select * from {{ ref('kpi_funnel_judgements') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

-- Holm: the largest fall needs the strictest threshold; one that fails spares the rest.
-- Each threshold is the normal quantile of 1 − 0.05 / the falls still in play.
judged as (
    select
        steps.*,
        judgements.fall,
        judgements.customers_if_improved,
        judgements.fall >= list_extract(
            [
                1.6448536269514715,
                1.9599639845400536,
                2.128045234184984,
                2.2414027276049464,
                2.3263478740408408,
                2.3939797998185104
            ],
            count(judgements.fall) over (partition by {{ cell }})
            - rank() over (
                partition by {{ cell }}
                order by judgements.fall desc nulls last
            )
            + 1
        ) as is_beyond_threshold
    from steps
    inner join judgements
        on
            steps.grain = judgements.grain
            and steps.period_start = judgements.period_start
            and steps.dimension = judgements.dimension
            and steps.dimension_value = judgements.dimension_value
            and steps.stage = judgements.stage
),

kpi_funnel as (
    select
        steps.grain,
        steps.period_start,
        steps.dimension,
        steps.dimension_value,
        coalesce(labels.dimension_label, steps.dimension_value) as dimension_label,
        steps.stage,
        steps.stage_order,
        steps.is_supplied,
        steps.reached,
        cast(steps.reached as double) / steps.reached_before as rate_from_previous,
        cast(steps.reached as double) / nullif(steps.reached_supplied_before, 0)
            as rate_from_supplied,
        cast(steps.reached as double) / steps.reached_first as rate_from_first,
        steps.is_mature and steps.stage_order > 1 as is_mature,
        case
            when steps.fall is not null
                then bool_and(steps.is_beyond_threshold) over (
                    partition by {{ cell }}
                    order by steps.fall desc nulls last
                )
        end as is_declining,
        steps.benchmark_rate,
        steps.customers_if_improved,
        coalesce(steps.customers_if_improved >= 0.5, false) and row_number() over (
            partition by {{ cell }}
            order by
                steps.customers_if_improved desc nulls last, steps.stage_order asc
        ) = 1 as is_bottleneck
    from judged as steps
    left join labels
        on
            steps.dimension = labels.dimension
            and steps.dimension_value = labels.dimension_value
)

select * from kpi_funnel
