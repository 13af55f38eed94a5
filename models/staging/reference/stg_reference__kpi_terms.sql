-- grain: one row per KPI, statistic, side, event and measure.
-- The events that each side of a KPI sums up: of ours, and of those that the company
-- adds in `kpis.yml`.
{{ reference_rows(
    'kpi_terms',
    key=['kpi_id'],
    columns=['kpi_id', 'statistic', 'side', 'weight', 'event', 'measure']
) }}
