-- grain: one row per KPI.
-- Its definition: ours, and those that the company adds in `kpis.yml`.
{{ reference_rows(
    'kpi_catalog',
    key=['kpi_id'],
    columns=[
        'kpi_id', 'family', 'name_en', 'name_fr', 'definition_en', 'definition_fr',
        'unit', 'shown_as', 'shape', 'statistics', 'anchor', 'window_days',
        'is_proportion', 'interval', 'better', 'min_sample', 'is_headline',
        'is_zero_filled', 'grains', 'dimensions', 'requires', 'numerator',
        'denominator',
    ]
) }}
