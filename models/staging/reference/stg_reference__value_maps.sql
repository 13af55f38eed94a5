-- grain: one row per field and raw value.
-- One word for what sources word differently; the company's rows before the shipped
-- ones.
{{ reference_rows(
    'value_maps',
    key=['field', 'raw_value'],
    columns=['field', 'raw_value', 'canonical']
) }}
