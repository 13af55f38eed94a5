-- grain: one row per month and conclusion: a kind, subject, dimension and value.
-- What is there to say first? As it could be said at the end of the month: what moved
-- significantly (kpi_movements) and what the subject marts find (kpi_findings), by
-- page.
-- A page without a row is one on which nothing moved. What is tested comes first, what
-- got worse before what got better, the surest first; what only follows from a movement
-- of the whole comes last.
{% set shared = [
    'month', 'page', 'kind', 'subject', 'grain', 'period_start', 'since', 'dimension',
    'dimension_value', 'value', 'expected_value', 'sample_size', 'is_worse',
    'standard_errors', 'chance', 'worth_customers', 'worth_amount', 'worth_cases',
    'is_part_of_whole', 'advice_en', 'advice_fr',
] %}
with movements as (select * from {{ ref('kpi_movements') }}),

findings as (select * from {{ ref('kpi_findings') }}),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

catalog as (select * from {{ ref('stg_reference__kpi_catalog') }}),

conclusions as (
    {% for table in ['movements', 'findings'] %}
        select
            {% for column in shared %}
                {{ column }},
            {% endfor %}
            {{
                'true' if loop.first
                else "kind in ('variant', 'rep_worse', 'rep_better')"
            }} as is_tested
        from {{ table }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

paged as (
    select
        *,
        row_number() over (
            partition by month, page
            order by
                is_part_of_whole asc,
                is_tested desc,
                is_worse desc,
                worth_customers is null asc,
                abs(standard_errors) desc nulls last,
                kind = 'concentration' asc,
                abs(worth_amount) desc nulls last,
                kind asc,
                subject asc,
                dimension asc,
                dimension_value asc
        ) as page_rank
    from conclusions
),

kpi_conclusions as (
    select
        {% for column in shared if column != 'chance' %}
            paged.{{ column }},
        {% endfor %}
        1 - paged.chance as confidence,
        coalesce(labels.dimension_label, paged.dimension_value) as dimension_label,
        catalog.name_en,
        catalog.name_fr,
        paged.page_rank,
        row_number() over (
            partition by paged.month
            order by
                paged.page_rank > 1 asc,
                paged.is_part_of_whole asc,
                paged.is_tested desc,
                paged.is_worse desc,
                abs(paged.standard_errors) desc nulls last,
                paged.page asc,
                paged.page_rank asc
        ) as overall_rank,
        paged.month = max(paged.month) over () as is_newest
    from paged
    left join labels
        on
            paged.dimension = labels.dimension
            and paged.dimension_value = labels.dimension_value
    left join catalog
        on paged.subject = catalog.kpi_id
)

select * from kpi_conclusions
