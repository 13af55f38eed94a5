-- grain: one row per stage.
-- Chance that an open deal is won, for stages with too few closed deals to learn from;
-- the company's rows before the shipped ones.
{{ reference_rows(
    'stage_probabilities',
    key=['stage'],
    columns=['stage', 'probability']
) }}
