-- grain: one row per KPI
{{ reference_rows(
    'signal_rules',
    key=['kpi_id'],
    columns=['kpi_id', 'lever', 'advice_en', 'advice_fr']
) }}
