-- A failure means a verdict on a stage that no export tells of, or a bottleneck whose
-- mending would not even bring half a customer.
with funnel as (select * from {{ ref('kpi_funnel') }})

select
    grain,
    period_start,
    dimension,
    dimension_value,
    stage
from funnel
where
    (
        not is_supplied
        and (
            rate_from_supplied is not null
            or is_declining is not null
            or customers_if_improved is not null
            or benchmark_rate is not null
        )
    )
    or (is_bottleneck and coalesce(customers_if_improved < 0.5, true))
