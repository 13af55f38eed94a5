-- grain: one row per rule
{{ reference_rows(
    'lead_scoring_rules',
    key=['rule_id'],
    columns=['rule_id', 'field', 'value', 'points', 'name_en', 'name_fr']
) }}
