-- grain: one row per criterion and value that is in the target
{{ reference_rows(
    'target_criteria',
    key=['criterion', 'value'],
    columns=['criterion', 'value']
) }}
