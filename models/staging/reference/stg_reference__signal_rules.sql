-- grain: one row per KPI.
-- What to do about a KPI that got worse; the company's rows before the shipped ones.
{{ reference_rows(
    'signal_rules',
    key=['kpi_id'],
    columns=['kpi_id', 'lever', 'advice_en', 'advice_fr']
) }}
