-- grain: one row per KPI, channel and sector
{{ reference_rows(
    'benchmarks',
    key=['kpi_id', 'channel', 'sector'],
    columns=['kpi_id', 'channel', 'sector', 'standard']
) }}
