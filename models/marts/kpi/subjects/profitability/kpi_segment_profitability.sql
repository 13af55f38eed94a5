-- grain: one row per quarter or year and sector, company size, persona or product
-- family.
-- Which segments pay, once what it takes to win them is counted? The rank by revenue
-- beside the rank by margin after allocated prospecting costs, among those that have a
-- name. Products are not what
-- touches name: no prospecting cost falls on them. Where no unit cost is known in the
-- whole period, revenue stands for margin.
with published_values as (
    select * from {{ ref('kpi_values') }}
    where
        grain in ('quarter', 'year')
        and statistic = 'value'
        and kpi_id in ('revenue', 'gross_margin', 'prospecting_cost')
        and dimension in ('all', 'sector', 'company_size', 'persona', 'product_family')
),

amounts as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        any_value(dimension_label) as dimension_label,
        bool_or(is_partial) as is_partial,
        max(value) filter (where kpi_id = 'revenue') as revenue,
        max(value) filter (where kpi_id = 'gross_margin') as gross_margin,
        max(value) filter (where kpi_id = 'prospecting_cost') as prospecting_cost
    from published_values
    group by all
),

compared as (
    select
        parts.grain,
        parts.period_start,
        parts.dimension,
        parts.dimension_value,
        parts.dimension_label,
        parts.is_partial,
        coalesce(
            parts.revenue, case when whole.revenue is not null then 0 end
        ) as revenue,
        parts.gross_margin,
        whole.gross_margin is not null as has_unit_costs,
        case
            when parts.dimension != 'product_family'
                then
                    coalesce(
                        parts.prospecting_cost,
                        case when whole.prospecting_cost is not null then 0 end
                    )
        end as allocated_cost
    from amounts as parts
    inner join amounts as whole
        on
            parts.grain = whole.grain
            and parts.period_start = whole.period_start
            and whole.dimension = 'all'
    where parts.dimension != 'all'
),

costed as (
    select
        *,
        {{ is_named('dimension_value') }} as is_named,
        case
            when not has_unit_costs then revenue
            when revenue = 0 then coalesce(gross_margin, 0)
            else gross_margin
        end
        - case when dimension = 'product_family' then 0 else allocated_cost end
            as margin_after_costs
    from compared
    where revenue is not null
),

kpi_segment_profitability as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        dimension_label,
        is_partial,
        revenue,
        gross_margin,
        has_unit_costs,
        allocated_cost,
        margin_after_costs,
        case
            when is_named
                then rank() over (
                    partition by grain, period_start, dimension, is_named
                    order by revenue desc
                )
        end as revenue_rank,
        case
            when is_named and margin_after_costs is not null
                then rank() over (
                    partition by grain, period_start, dimension, is_named
                    order by margin_after_costs desc nulls last
                )
        end as margin_rank
    from costed
)

select * from kpi_segment_profitability
