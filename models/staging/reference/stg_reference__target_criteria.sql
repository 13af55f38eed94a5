-- grain: one row per criterion and value that is in the target.
-- Who is our target; the company's rows before the shipped ones.
{{ reference_rows(
    'target_criteria',
    key=['criterion', 'value'],
    columns=['criterion', 'value']
) }}
