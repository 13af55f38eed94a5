-- A failure means that the values of a dimension do not add up to `all`: an event that
-- is lost or counted twice on the way to a segment. Holds for sums of events and of
-- amounts, not for distinct people, who may be in several segments.
with published_values as (select * from {{ ref('kpi_values') }}),

publications as (select * from {{ ref('kpi_publications') }}),

additive as (
    select kpi_id
    from {{ ref('kpi_published_terms') }}
    where side != 'sample'
    group by all
    having bool_and(side = 'numerator' and measure in ('n', 's', 'level'))
),

parts as (
    select
        kpi_id,
        grain,
        period_start,
        dimension,
        sum(value) as total
    from published_values
    where dimension != 'all'
    group by all
),

wholes as (
    select
        whole.kpi_id,
        whole.grain,
        whole.period_start,
        publications.dimension,
        whole.value
    from published_values as whole
    inner join additive
        on whole.kpi_id = additive.kpi_id
    inner join publications
        on
            whole.kpi_id = publications.kpi_id
            and whole.statistic = publications.statistic
            and whole.grain = publications.grain
            and publications.dimension != 'all'
    where whole.dimension = 'all'
)

select
    wholes.kpi_id,
    wholes.grain,
    wholes.period_start,
    wholes.dimension,
    wholes.value as value_of_all,
    parts.total as total_of_parts
from wholes
left join parts
    on
        wholes.kpi_id = parts.kpi_id
        and wholes.grain = parts.grain
        and wholes.period_start = parts.period_start
        and wholes.dimension = parts.dimension
where abs(wholes.value - coalesce(parts.total, 0)) > 1e-6 * (1 + abs(wholes.value))
