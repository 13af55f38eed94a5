-- grain: one row per KPI, statistic, grain, period, dimension and dimension value.
-- The terms summed per side. For `all`, additive counts also have a 0 for every period
-- from the first to the last event of the entity that supplies them.
with catalog as (select * from {{ ref('kpi_catalog') }}),

terms as (select * from {{ ref('kpi_terms') }}),

components as (
    select * from {{ ref('kpi_components') }}
    union all
    select
        event,
        's' as measure,
        grain,
        period_start,
        dimension,
        dimension_value,
        amount
    from {{ ref('kpi_plans') }}
),

publications as (select * from {{ ref('kpi_publications') }}),

supply as (select * from {{ ref('kpi_event_supply') }}),

periods as (select * from {{ ref('kpi_periods') }}),

summed as (
    select
        terms.kpi_id,
        terms.statistic,
        components.grain,
        components.period_start,
        components.dimension,
        components.dimension_value,
        sum(terms.weight * components.amount) filter (where terms.side = 'numerator')
            as numerator,
        sum(terms.weight * components.amount) filter (where terms.side = 'denominator')
            as denominator,
        sum(terms.weight * components.amount) filter (where terms.side = 'sample')
            as sample,
        sum(terms.weight * components.amount) filter (where terms.side = 'squares')
            as squares
    from terms
    inner join components
        on
            terms.event = components.event
            and terms.measure = components.measure
    inner join publications
        on
            terms.kpi_id = publications.kpi_id
            and terms.statistic = publications.statistic
            and components.dimension = publications.dimension
            and components.grain = publications.grain
    group by all
),

sides as (
    select
        kpi_id,
        statistic,
        bool_or(side = 'denominator') as has_denominator,
        bool_or(side = 'sample') as has_sample,
        -- a sum of money or days is no number of cases
        coalesce(bool_and(measure != 's') filter (where side = 'denominator'), false)
            as is_per_case
    from terms
    group by all
),

counted as (
    select
        summed.*,
        sides.has_denominator,
        sides.has_sample,
        sides.is_per_case,
        catalog.shape = 'stock' as is_stock
    from summed
    inner join catalog
        on summed.kpi_id = catalog.kpi_id
    inner join sides
        on
            summed.kpi_id = sides.kpi_id
            and summed.statistic = sides.statistic
),

with_events as (
    select
        kpi_id,
        statistic,
        grain,
        period_start,
        dimension,
        dimension_value,
        case when has_denominator then coalesce(numerator, 0) else numerator end
            as numerator,
        denominator,
        case
            when has_sample then coalesce(sample, 0)
            when is_per_case then denominator
        end as sample,
        squares
    from counted
    where
        case
            when has_denominator and is_stock then coalesce(denominator, 0) > 0
            when has_denominator then denominator is not null and denominator != 0
            when not is_stock then numerator is not null
            when sample is not null then sample > 0
            else numerator is not null and (dimension = 'all' or numerator != 0)
        end
),

zero_filled as (
    select distinct
        catalog.kpi_id,
        terms.statistic,
        periods.grain,
        periods.period_start,
        'all' as dimension,
        'all' as dimension_value,
        cast(0 as double) as numerator,
        cast(null as double) as denominator,
        cast(null as double) as sample,
        cast(null as double) as squares
    from catalog
    inner join terms
        on catalog.kpi_id = terms.kpi_id
    inner join supply
        on terms.event = supply.event
    inner join publications
        on
            catalog.kpi_id = publications.kpi_id
            and publications.dimension = 'all'
    inner join periods
        on
            publications.grain = periods.grain
            and supply.supplied_from <= periods.period_end
            and supply.supplied_to >= periods.period_start
    anti join with_events
        on
            catalog.kpi_id = with_events.kpi_id
            and with_events.dimension = 'all'
            and periods.grain = with_events.grain
            and periods.period_start = with_events.period_start
    where
        catalog.is_zero_filled
        and catalog.kpi_id in (select seen.kpi_id from with_events as seen)
),

kpi_ratios as (
    select * from with_events
    union all
    select * from zero_filled
)

select * from kpi_ratios
