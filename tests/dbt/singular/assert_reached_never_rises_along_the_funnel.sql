-- A failure means that more prospects reached a stage than the one before it: the
-- funnel counts changes of status instead of people.
with funnel as (select * from {{ ref('kpi_funnel') }})

select
    later.grain,
    later.period_start,
    later.dimension,
    later.dimension_value,
    later.stage,
    later.reached,
    earlier.reached as reached_before
from funnel as later
inner join funnel as earlier
    on
        later.grain = earlier.grain
        and later.period_start = earlier.period_start
        and later.dimension = earlier.dimension
        and later.dimension_value = earlier.dimension_value
        and later.stage_order = earlier.stage_order + 1
where later.reached > earlier.reached
