-- grain: one row per publication, period and dimension value (its code).
-- Both sides of a KPI where something was counted. Costs come late: a ratio of them has
-- no row in a period in which none is known at all, since that is unknown, not free.
with catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

event_types as (select * from {{ ref('kpi_event_types') }}),

publications as (select * from {{ ref('kpi_publications') }}),

term_sums as (select * from {{ ref('kpi_term_sums') }}),

costs as (
    select * from {{ ref('kpi_components') }}
    where
        event = 'cost'
        and measure = 's'
        and value_code = 0
        and amount is not null
),

sides as (
    select
        terms.kpi_id,
        terms.statistic,
        catalog.shape = 'stock' as is_stock,
        bool_or(terms.side = 'denominator') as has_denominator,
        bool_or(terms.side = 'sample') as has_sample,
        bool_or(list_contains(string_split(event_types.supplied_by, '|'), 'costs'))
            as has_cost,
        -- a sum of money or days is no number of cases
        coalesce(
            bool_and(terms.measure != 's') filter (where terms.side = 'denominator'),
            false
        ) as is_per_case
    from terms
    inner join catalog
        on terms.kpi_id = catalog.kpi_id
    left join event_types
        on terms.event = event_types.event
    group by all
),

kpi_known_ratios as (
    select
        term_sums.publication_key,
        publications.kpi_id,
        publications.statistic,
        publications.grain,
        term_sums.period_start,
        term_sums.value_code,
        case
            when sides.has_denominator then coalesce(term_sums.numerator, 0)
            else term_sums.numerator
        end as numerator,
        term_sums.denominator,
        case
            when sides.has_sample then coalesce(term_sums.sample, 0)
            when sides.is_per_case then term_sums.denominator
        end as sample,
        term_sums.squares
    from term_sums
    inner join publications
        on term_sums.publication_key = publications.publication_key
    inner join sides
        on
            publications.kpi_id = sides.kpi_id
            and publications.statistic = sides.statistic
    left join costs
        on
            publications.grain = costs.grain
            and term_sums.period_start = costs.period_start
    where
        not term_sums.is_unknown
        and (
            not (sides.has_denominator and coalesce(sides.has_cost, false))
            or costs.amount is not null
        )
        and case
            when sides.has_denominator and sides.is_stock
                then coalesce(term_sums.denominator, 0) > 0
            when sides.has_denominator then coalesce(term_sums.denominator, 0) != 0
            when not sides.is_stock then term_sums.numerator is not null
            when term_sums.sample is not null then term_sums.sample > 0
            else
                term_sums.numerator is not null
                and (term_sums.value_code = 0 or term_sums.numerator != 0)
        end
)

select * from kpi_known_ratios
