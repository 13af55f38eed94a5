-- A failure means a customer, contact or prospect that cost nothing in a period whose
-- costs have not come yet: free, where it is unknown.
with published_values as (select * from {{ ref('kpi_values') }}),

terms as (select * from {{ ref('kpi_published_terms') }}),

event_types as (select * from {{ ref('kpi_event_types') }}),

costs as (
    select * from {{ ref('kpi_components') }}
    where
        event = 'cost'
        and measure = 's'
        and value_code = 0
        and amount is not null
),

-- cost_per_prospect and the like, not prospecting_cost itself
ratios as (
    select terms.kpi_id
    from terms
    left join event_types
        on terms.event = event_types.event
    group by terms.kpi_id
    having
        bool_or(terms.side = 'denominator')
        and bool_or(event_types.supplied_by like '%costs%')
)

select
    published_values.kpi_id,
    published_values.grain,
    published_values.period_start,
    published_values.dimension,
    published_values.dimension_value
from published_values
semi join ratios
    on published_values.kpi_id = ratios.kpi_id
anti join costs
    on
        published_values.grain = costs.grain
        and published_values.period_start = costs.period_start
