-- grain: one row per stage that says whether the deal is won, lost or open.
-- Stages of a deal that say whether it is won, lost or open; the company's rows before
-- the shipped ones.
{{ reference_rows(
    'funnel_stages',
    key=['stage'],
    columns=['stage', 'outcome']
) }}
