-- grain: one row per KPI.
-- Its definition, with the texts of numerator and denominator that its terms make.
with catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

first_statistics as (
    select
        kpi_id,
        min(statistic) as statistic
    from terms
    group by all
),

texts as (
    select
        {% for side in ['numerator', 'denominator'] %}
            string_agg(
                concat(
                    case
                        when terms.weight = 1 then '+ '
                        when terms.weight = -1 then '− '
                        else
                            regexp_replace(
                                cast(cast(terms.weight as decimal(18, 6)) as varchar),
                                '0{1,5}$',
                                ''
                            ) || ' × '
                    end,
                    terms.event,
                    ' (',
                    terms.measure,
                    ')'
                ),
                ' ' order by terms.weight desc, terms.event asc, terms.measure asc
            ) filter (where terms.side = '{{ side }}') as {{ side }},
        {% endfor %}
        terms.kpi_id
    from terms
    inner join first_statistics
        on
            terms.kpi_id = first_statistics.kpi_id
            and terms.statistic = first_statistics.statistic
    group by all
),

kpi_published_catalog as (
    select
        catalog.kpi_id,
        catalog.family,
        catalog.name_en,
        catalog.name_fr,
        catalog.definition_en,
        catalog.definition_fr,
        catalog.unit,
        catalog.shown_as,
        catalog.shape,
        catalog.statistics,
        catalog.anchor,
        catalog.window_days,
        catalog.is_proportion,
        catalog.interval,
        catalog.better,
        catalog.min_sample,
        catalog.is_headline,
        catalog.is_zero_filled,
        catalog.grains,
        catalog.dimensions,
        coalesce(texts.numerator, catalog.numerator) as numerator,
        coalesce(texts.denominator, catalog.denominator) as denominator,
        catalog.requires,
        starts_with(catalog.kpi_id, 'own_') as is_own
    from catalog
    left join texts
        on catalog.kpi_id = texts.kpi_id
)

select * from kpi_published_catalog
