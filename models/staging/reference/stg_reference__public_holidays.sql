-- grain: one row per day that is a holiday, or worked although it is none
{{ reference_rows('public_holidays', key=['day'], columns=['day', 'kind', 'name']) }}
