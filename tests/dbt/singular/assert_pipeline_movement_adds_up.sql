-- A failure means that the pipeline moved by more, or less, than what is told: what
-- came in, changed and went out does not lead from the start of a period to its end, or
-- the end is not the open pipeline of the KPI values.
with movements as (select * from {{ ref('kpi_pipeline_movement') }}),

open_pipeline as (
    select * from {{ ref('kpi_values') }}
    where
        kpi_id = 'open_pipeline'
        and dimension = 'all'
)

select
    movements.grain,
    movements.period_start,
    movements.dimension,
    movements.dimension_value,
    movements.amount_at_end,
    open_pipeline.value
from movements
left join open_pipeline
    on
        movements.grain = open_pipeline.grain
        and movements.period_start = open_pipeline.period_start
        and movements.dimension = open_pipeline.dimension
where
    movements.deals_at_start
    + movements.deals_opened
    - movements.deals_won
    - movements.deals_lost
    - movements.deals_vanished
    != movements.deals_at_end
    or abs(
        movements.amount_at_start
        + movements.amount_opened
        + movements.amount_reamounted
        - movements.amount_won
        - movements.amount_lost
        - movements.amount_vanished
        - movements.amount_at_end
    ) > 1e-6 * (1 + movements.amount_at_end)
    or abs(movements.amount_at_end - open_pipeline.value)
    > 1e-6 * (1 + movements.amount_at_end)
