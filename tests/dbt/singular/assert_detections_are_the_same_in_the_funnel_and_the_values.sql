-- A failure means that the funnel and the KPIs do not count the same prospects; the
-- funnel knows none of those whose detection nobody dates.
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
),

undated as (
    select
        periods.grain,
        periods.period_start,
        count(*) as prospect_count
    from {{ ref('dim_prospects') }} as prospects
    inner join {{ ref('kpi_periods') }} as periods
        on
            prospects.detected_on between periods.period_start and periods.period_end
    where
        prospects.is_prospect
        and prospects.is_detected_on_imputed
    group by all
)

select
    funnel.reached,
    new_prospects.value,
    undated.prospect_count as undated_count,
    coalesce(funnel.grain, new_prospects.grain) as grain,
    coalesce(funnel.period_start, new_prospects.period_start) as period_start
from funnel
full outer join new_prospects
    on
        funnel.grain = new_prospects.grain
        and funnel.period_start = new_prospects.period_start
left join undated
    on
        coalesce(funnel.grain, new_prospects.grain) = undated.grain
        and coalesce(funnel.period_start, new_prospects.period_start)
        = undated.period_start
where
    coalesce(funnel.reached, 0) + coalesce(undated.prospect_count, 0)
    != coalesce(new_prospects.value, 0)
