-- grain: one row per KPI, statistic, side, event and measure.
-- The signed, weighted events that each side of a KPI sums up.
with terms as (select * from {{ ref('stg_reference__kpi_terms') }}),

kpi_published_terms as (
    select
        kpi_id,
        statistic,
        side,
        weight,
        event,
        measure
    from terms
)

select * from kpi_published_terms
