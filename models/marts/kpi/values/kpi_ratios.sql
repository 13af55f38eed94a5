-- grain: one row per KPI, statistic, grain, period and dimension value (its code).
-- What is known of both sides. For `all`, additive counts also have a 0 for every
-- period from the first to the last event of the entity that supplies them.
with catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

known_ratios as (select * from {{ ref('kpi_known_ratios') }}),

publications as (select * from {{ ref('kpi_publications') }}),

supply as (select * from {{ ref('kpi_event_supply') }}),

periods as (select * from {{ ref('kpi_periods') }}),

zero_filled as (
    select distinct
        publications.publication_key,
        catalog.kpi_id,
        terms.statistic,
        periods.grain,
        periods.period_start
    from catalog
    inner join terms
        on catalog.kpi_id = terms.kpi_id
    inner join supply
        on terms.event = supply.event
    inner join publications
        on
            catalog.kpi_id = publications.kpi_id
            and terms.statistic = publications.statistic
            and publications.dimension = 'all'
    inner join periods
        on
            publications.grain = periods.grain
            and supply.supplied_from <= periods.period_end
            and supply.supplied_to >= periods.period_start
    anti join known_ratios
        on
            catalog.kpi_id = known_ratios.kpi_id
            and known_ratios.value_code = 0
            and periods.grain = known_ratios.grain
            and periods.period_start = known_ratios.period_start
    where
        catalog.is_zero_filled
        and catalog.kpi_id in (select seen.kpi_id from known_ratios as seen)
),

kpi_ratios as (
    select
        publication_key,
        kpi_id,
        statistic,
        grain,
        period_start,
        value_code,
        numerator,
        denominator,
        sample,
        squares
    from known_ratios
    union all
    select
        publication_key,
        kpi_id,
        statistic,
        grain,
        period_start,
        0 as value_code,
        cast(0 as double) as numerator,
        null as denominator,
        null as sample,
        null as squares
    from zero_filled
)

select * from kpi_ratios
