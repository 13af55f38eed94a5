-- grain: one row per KPI, channel and sector.
-- Standard values of KPIs; the company's rows before the shipped ones.
{{ reference_rows(
    'benchmarks',
    key=['kpi_id', 'channel', 'sector'],
    columns=['kpi_id', 'channel', 'sector', 'standard']
) }}
