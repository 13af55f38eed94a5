-- grain: one row per grain, period of detection, dimension, dimension value and stage.
-- Where do prospects get lost, and which step is worth mending first? The conversion
-- of the prospects detected in the period by as_of; and, for steps old enough to
-- compare (each within its 90 days of detection, winning within 180), whether it fell
-- and what its mending would bring. A stage that nobody of the one before reached has
-- no row; one that nobody supplies is passed, and judged by nothing.
{% set cell = 'grain, period_start, dimension, dimension_value' %}
{% set judged_cell = 'judged.' ~ cell | replace(', ', ', judged.') %}
with steps as (select * from {{ ref('kpi_funnel_steps') }}),

judgements as (select * from {{ ref('kpi_funnel_judgements') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

-- Holm: the largest fall needs the strictest threshold; one that fails spares the rest
ranked as (
    select
        *,
        count(fall) over (partition by {{ cell }}) as falls,
        rank() over (partition by {{ cell }} order by fall desc nulls last) as fall_rank
    from judgements
),

-- each threshold is the normal quantile of 1 − 0.05 / the falls still in play
judged as (
    select
        steps.*,
        ranked.fall,
        ranked.customers_if_improved,
        ranked.fall >= list_extract(
            [
                1.6448536269514715,
                1.9599639845400536,
                2.128045234184984,
                2.2414027276049464,
                2.3263478740408408,
                2.3939797998185104
            ],
            ranked.falls - ranked.fall_rank + 1
        ) as is_beyond_threshold
    from steps
    inner join ranked
        on
            steps.grain = ranked.grain
            and steps.period_start = ranked.period_start
            and steps.dimension = ranked.dimension
            and steps.dimension_value = ranked.dimension_value
            and steps.stage = ranked.stage
),

kpi_funnel as (
    select
        judged.grain,
        judged.period_start,
        judged.dimension,
        judged.dimension_value,
        coalesce(labels.dimension_label, judged.dimension_value) as dimension_label,
        judged.stage,
        judged.stage_order,
        judged.is_supplied,
        judged.reached,
        cast(judged.reached as double) / judged.reached_before as rate_from_previous,
        cast(judged.reached as double) / nullif(judged.reached_supplied_before, 0)
            as rate_from_supplied,
        cast(judged.reached as double) / judged.reached_first as rate_from_first,
        judged.is_mature and judged.stage_order > 1 as is_mature,
        case
            when judged.fall is not null
                then bool_and(judged.is_beyond_threshold) over (
                    partition by {{ judged_cell }}
                    order by judged.fall desc nulls last
                )
        end as is_declining,
        judged.benchmark_rate,
        judged.customers_if_improved,
        coalesce(judged.customers_if_improved >= 0.5, false) and row_number() over (
            partition by {{ judged_cell }}
            order by
                judged.customers_if_improved desc nulls last, judged.stage_order asc
        ) = 1 as is_bottleneck
    from judged
    left join labels
        on
            judged.dimension = labels.dimension
            and judged.dimension_value = labels.dimension_value
)

select * from kpi_funnel
