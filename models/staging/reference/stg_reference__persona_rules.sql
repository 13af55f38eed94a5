-- grain: one row per word of job titles
{{ reference_rows(
    'persona_rules',
    key=['word'],
    columns=['word', 'persona']
) }}
