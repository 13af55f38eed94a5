-- A failure means that an event lacks a dimension that it is declared to carry: a rate
-- over it would be a false 0 in each segment, or its parts would not add up.
with components as (
    select
        amounts.*,
        dimension_values.dimension
    from {{ ref('kpi_components') }} as amounts
    left join {{ ref('kpi_dimension_values') }} as dimension_values
        on amounts.value_code = dimension_values.value_code
    where
        amounts.grain = 'month'
        and amounts.measure in ('n', 's')
),

declared as (
    select
        event,
        unnest(string_split(dimensions, '|')) as dimension
    from {{ ref('kpi_event_types') }}
),

wholes as (
    select * from components
    where dimension = 'all'
),

parts as (
    select
        event,
        measure,
        period_start,
        dimension,
        sum(amount) as total
    from components
    where dimension != 'all'
    group by all
)

select
    wholes.event,
    wholes.measure,
    wholes.period_start,
    declared.dimension,
    wholes.amount as amount_of_all,
    parts.total as total_of_parts
from wholes
inner join declared
    on
        wholes.event = declared.event
        and declared.dimension != 'all'
left join parts
    on
        wholes.event = parts.event
        and wholes.measure = parts.measure
        and wholes.period_start = parts.period_start
        and declared.dimension = parts.dimension
where abs(wholes.amount - coalesce(parts.total, 0)) > 1e-6 * (1 + abs(wholes.amount))
