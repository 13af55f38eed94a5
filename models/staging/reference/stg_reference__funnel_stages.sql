-- grain: one row per stage of a deal, or of a person, that says something.
-- Of a deal whether it is won, lost or open; of a person how far they are; the rows of
-- the company before the shipped ones.
{{ reference_rows(
    'funnel_stages',
    key=['stage'],
    columns=['stage', 'outcome', 'prospect_stage']
) }}
