-- A failure means that a young cohort or an unfinished period is compared with an old
-- or finished one: it would look like a fall that is none.
with published_values as (select * from {{ ref('kpi_values') }}),

periods as (select * from {{ ref('kpi_periods') }}),

compared as (
    select
        published_values.*,
        unnest(['previous_value', 'year_ago_value']) as comparison,
        unnest([periods.previous_start, periods.year_ago_start]) as compared_start,
        unnest([published_values.previous_value, published_values.year_ago_value])
            as compared_value
    from published_values
    inner join periods
        on
            published_values.grain = periods.grain
            and published_values.period_start = periods.period_start
)

select
    compared.kpi_id,
    compared.statistic,
    compared.grain,
    compared.period_start,
    compared.dimension,
    compared.dimension_value,
    compared.comparison,
    compared.compared_value,
    other.value as other_value
from compared
left join published_values as other
    on
        compared.kpi_id = other.kpi_id
        and compared.statistic = other.statistic
        and compared.grain = other.grain
        and compared.compared_start = other.period_start
        and compared.dimension = other.dimension
        and compared.dimension_value = other.dimension_value
where
    (
        compared.compared_value is not null
        and (
            compared.statistic = 'to_date'
            or compared.is_partial
            or not coalesce(compared.is_mature, true)
            or other.kpi_id is null
            or other.is_partial
            or not coalesce(other.is_mature, true)
            or compared.compared_value is distinct from other.value
        )
    )
    or (
        compared.trend is not null
        and (
            compared.statistic = 'to_date'
            or compared.is_partial
            or not coalesce(compared.is_mature, true)
        )
    )
