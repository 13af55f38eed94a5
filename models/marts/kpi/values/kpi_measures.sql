-- grain: one row per KPI, statistic, grain, period and dimension value (its code).
-- The value with its sample and its 95 % interval: Wilson's for proportions;
-- for the Net Promoter Score from the variance (p + d − (p − d)²) / n of its shares.
with ratios as (select * from {{ ref('kpi_ratios') }}),

derived as (select * from {{ ref('kpi_derived_values') }}),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

valued as (
    select
        ratios.publication_key,
        ratios.kpi_id,
        ratios.statistic,
        ratios.grain,
        ratios.period_start,
        ratios.value_code,
        case
            when ratios.denominator is null then ratios.numerator
            else ratios.numerator / nullif(ratios.denominator, 0)
        end as value,
        case when ratios.statistic not in ('median', 'p90') then ratios.numerator end
            as numerator,
        ratios.denominator,
        ratios.squares,
        coalesce(
            ratios.sample,
            case when catalog.unit = 'count' then ratios.numerator end
        ) as sample_size
    from ratios
    inner join catalog
        on ratios.kpi_id = catalog.kpi_id
    union all
    select
        publication_key,
        kpi_id,
        statistic,
        grain,
        period_start,
        value_code,
        value,
        numerator,
        denominator,
        cast(null as double) as squares,
        sample_size
    from derived
),

bounded as (
    select
        valued.*,
        catalog.interval = 'wilson' as has_wilson_interval,
        catalog.interval = 'nps' as has_nps_interval
    from valued
    inner join catalog
        on valued.kpi_id = catalog.kpi_id
),

spread as (
    select
        *,
        100 * 1.959963984540054 * sqrt(
            greatest(
                coalesce(squares, 0) / denominator - (value / 100) * (value / 100), 0
            ) / denominator
        ) as nps_margin
    from bounded
),

kpi_measures as (
    select
        publication_key,
        kpi_id,
        statistic,
        grain,
        period_start,
        value_code,
        value,
        numerator,
        denominator,
        sample_size,
        case
            when has_wilson_interval then {{ wilson_low('value', 'denominator') }}
            when has_nps_interval then greatest(value - nps_margin, -100)
        end as ci_low,
        case
            when has_wilson_interval then {{ wilson_high('value', 'denominator') }}
            when has_nps_interval then least(value + nps_margin, 100)
        end as ci_high
    from spread
)

select * from kpi_measures
