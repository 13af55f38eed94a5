-- A failure means that the funnel and the KPIs do not count the same prospects.
with funnel as (
    select * from {{ ref('kpi_funnel') }}
    where
        stage = 'detected'
        and dimension = 'all'
),

new_prospects as (
    select * from {{ ref('kpi_values') }}
    where
        kpi_id = 'new_prospects'
        and dimension = 'all'
        and grain in ('month', 'quarter', 'year')
)

select
    funnel.reached,
    new_prospects.value,
    coalesce(funnel.grain, new_prospects.grain) as grain,
    coalesce(funnel.period_start, new_prospects.period_start) as period_start
from funnel
full outer join new_prospects
    on
        funnel.grain = new_prospects.grain
        and funnel.period_start = new_prospects.period_start
where coalesce(funnel.reached, 0) != coalesce(new_prospects.value, 0)
