-- grain: one row per stage
{{ reference_rows(
    'stage_probabilities',
    key=['stage'],
    columns=['stage', 'probability']
) }}
