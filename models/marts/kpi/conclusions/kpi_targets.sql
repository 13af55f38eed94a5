-- grain: one row per KPI, statistic, grain, period, dimension and dimension value that
-- has a target, periods to come included.
-- Are we on track, and what is still needed? A count or an amount that grows over its
-- period is projected to the period's end by working days; a rate, an average or a
-- stock is what it is so far. A cohort is judged when it is mature.
{% set worked -%}
    coalesce(
        holidays.kind = 'worked',
        days.day - cast(date_trunc('week', days.day) as date) < 5
    )
{%- endset %}
with aims as (
    select * from {{ ref('kpi_aims') }}
    where target is not null
),

published_values as (select * from {{ ref('kpi_values') }}),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

clock as (select * from {{ ref('dim_clock') }}),

holidays as (select * from {{ ref('stg_reference__public_holidays') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

spans as (
    select distinct
        grain,
        period_start,
        {{ last_day_of_period('grain', 'period_start') }} as period_end
    from aims
),

days as (
    select
        spans.grain,
        spans.period_start,
        spans.period_end,
        series.day
    from spans
    cross join lateral ( -- a series per row -- noqa: ST05
        {{ date_series('spans.period_start', 'spans.period_end') }}
    ) as series
),

paces as (
    select
        days.grain,
        days.period_start,
        days.period_end,
        count(*) filter (where {{ worked }}) as working_days,
        count(*) filter (where {{ worked }} and days.day <= clock.as_of)
            as elapsed_days
    from days
    cross join clock
    left join holidays
        on days.day = holidays.day
    group by days.grain, days.period_start, days.period_end
),

growing as (
    select catalog.kpi_id
    from catalog
    inner join terms
        on catalog.kpi_id = terms.kpi_id
    where
        catalog.shape = 'flow'
        and catalog.statistics = 'value'
        and catalog.unit in ('count', 'amount')
    group by catalog.kpi_id
    having count(*) filter (where terms.side = 'denominator') = 0
),

measured as (
    select distinct kpi_id from published_values
),

-- what twelve complete months say one customer takes and brings
conversions as (
    select
        published_values.dimension,
        published_values.dimension_value,
        sum(published_values.numerator) filter (
            where published_values.kpi_id = 'conversion_rate'
        ) / nullif(sum(published_values.denominator) filter (
            where published_values.kpi_id = 'conversion_rate'
        ), 0) as conversion_rate,
        cast(sum(cast(published_values.value as decimal(32, 10))) filter (
            where published_values.kpi_id = 'new_customer_revenue'
        ) as double) / nullif(sum(published_values.value) filter (
            where published_values.kpi_id = 'new_customers'
        ), 0) as revenue_per_customer
    from published_values
    cross join clock
    where
        published_values.kpi_id in (
            'conversion_rate', 'new_customer_revenue', 'new_customers'
        )
        and published_values.grain = 'month'
        and not published_values.is_partial
        and published_values.period_start
        >= date_trunc('month', clock.as_of + 1) - to_months(12)
    group by published_values.dimension, published_values.dimension_value
),

judged as (
    select
        aims.*,
        paces.period_end,
        paces.working_days,
        paces.elapsed_days,
        paces.elapsed_days
        / nullif(cast(paces.working_days as double), 0) as elapsed_share,
        clock.as_of >= paces.period_end as is_over,
        growing.kpi_id is not null as is_growing,
        measured.kpi_id is not null as is_measured,
        catalog.name_en,
        catalog.name_fr,
        catalog.better = 'down' as is_limit,
        published_values.is_mature,
        case
            when paces.period_start <= clock.as_of
                then
                    coalesce(
                        published_values.value,
                        case
                            when
                                growing.kpi_id is not null
                                and measured.kpi_id is not null
                                then 0
                        end
                    )
        end as actual
    from aims
    inner join paces
        on
            aims.grain = paces.grain
            and aims.period_start = paces.period_start
    inner join catalog
        on aims.kpi_id = catalog.kpi_id
    cross join clock
    left join growing
        on aims.kpi_id = growing.kpi_id
    left join measured
        on aims.kpi_id = measured.kpi_id
    left join published_values
        on
            aims.kpi_id = published_values.kpi_id
            and aims.statistic = published_values.statistic
            and aims.grain = published_values.grain
            and aims.period_start = published_values.period_start
            and aims.dimension = published_values.dimension
            and aims.dimension_value = published_values.dimension_value
),

projected as (
    select
        *,
        case
            when is_over or not is_growing then actual
            else actual / nullif(elapsed_share, 0)
        end as projected_end,
        case
            when is_growing and is_measured and not is_over and not is_limit
                then greatest(target - coalesce(actual, 0), 0)
        end as still_needed
    from judged
),

told as (
    select
        *,
        case
            when projected_end is null or not coalesce(is_mature, true) then null
            when is_over and is_limit
                then case when actual <= target then 'achieved' else 'missed' end
            when is_over
                then case when actual >= target then 'achieved' else 'missed' end
            when is_growing and is_limit and actual > target then 'missed'
            when is_growing and not is_limit and actual >= target then 'achieved'
            when is_limit and projected_end <= target then 'on_track'
            when not is_limit and projected_end >= target then 'on_track'
            else 'at_risk'
        end as status
    from projected
),

kpi_targets as (
    select
        told.kpi_id,
        told.name_en,
        told.name_fr,
        told.statistic,
        told.grain,
        told.period_start,
        told.period_end,
        told.dimension,
        told.dimension_value,
        coalesce(labels.dimension_label, told.dimension_value) as dimension_label,
        told.target,
        told.actual,
        told.actual / nullif(told.target, 0) as attainment,
        told.working_days,
        told.elapsed_days,
        told.elapsed_share,
        case when told.is_growing then told.projected_end / nullif(told.target, 0) end
            as pace,
        told.projected_end,
        told.status,
        told.still_needed * 5
        / nullif(told.working_days - told.elapsed_days, 0) as needed_per_week,
        ceil(
            case told.kpi_id
                when 'new_customers' then told.still_needed
                when 'revenue' then told.still_needed / conversions.revenue_per_customer
            end / nullif(conversions.conversion_rate, 0)
        ) as contacts_needed
    from told
    left join conversions
        on
            told.dimension = conversions.dimension
            and told.dimension_value = conversions.dimension_value
    left join labels
        on
            told.dimension = labels.dimension
            and told.dimension_value = labels.dimension_value
)

select * from kpi_targets
