-- grain: one row per rule.
-- Points that a prospect's traits and reactions are worth; the company's rows before
-- the shipped ones.
{{ reference_rows(
    'lead_scoring_rules',
    key=['rule_id'],
    columns=['rule_id', 'field', 'value', 'points', 'name_en', 'name_fr']
) }}
