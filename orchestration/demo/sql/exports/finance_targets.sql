-- one row per objective, forecast or budget
select
    kpi_id,
    grain,
    in_french_day(period_start) as period_start,
    dimension,
    dimension_value,
    kind,
    with_comma(target) as target,
    with_comma(change) as change,
    in_french_day(baseline_start) as baseline_start
from targets
order by
    targets.kpi_id, targets.grain, targets.kind, targets.dimension,
    targets.dimension_value, targets.period_start
