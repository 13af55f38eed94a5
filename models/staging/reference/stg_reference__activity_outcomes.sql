-- grain: one row per channel, direction and outcome
{{ reference_rows(
    'activity_outcomes',
    key=['channel', 'direction', 'outcome'],
    columns=['channel', 'direction', 'outcome', 'meaning']
) }}
