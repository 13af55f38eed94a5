-- grain: one row per channel, direction and outcome.
-- What the outcome of an activity means; the company's rows before the shipped ones.
{{ reference_rows(
    'activity_outcomes',
    key=['channel', 'direction', 'outcome'],
    columns=['channel', 'direction', 'outcome', 'meaning']
) }}
