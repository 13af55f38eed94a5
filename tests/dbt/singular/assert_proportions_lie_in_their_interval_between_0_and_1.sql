-- A failure means a rate above 100 %, or outside its own interval: its numerator is
-- not a part of its denominator, or the two do not count the same people.
with published_values as (select * from {{ ref('kpi_values') }}),

catalog as (
    select * from {{ ref('kpi_published_catalog') }}
    where is_proportion
)

select
    published_values.kpi_id,
    published_values.statistic,
    published_values.grain,
    published_values.period_start,
    published_values.dimension,
    published_values.dimension_value,
    published_values.value,
    published_values.numerator,
    published_values.denominator,
    published_values.ci_low,
    published_values.ci_high
from published_values
inner join catalog
    on published_values.kpi_id = catalog.kpi_id
where
    not coalesce(
        published_values.value between 0 and 1
        and published_values.numerator between 0 and published_values.denominator
        and published_values.ci_low between 0 and published_values.value
        and published_values.ci_high between published_values.value and 1,
        false
    )
