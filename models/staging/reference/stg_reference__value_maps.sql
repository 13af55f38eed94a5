-- grain: one row per field and raw value
{{ reference_rows(
    'value_maps',
    key=['field', 'raw_value'],
    columns=['field', 'raw_value', 'canonical']
) }}
