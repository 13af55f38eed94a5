-- grain: one row per stage that says whether the deal is won or lost
{{ reference_rows(
    'funnel_stages',
    key=['stage'],
    columns=['stage', 'outcome']
) }}
