-- grain: one row per day that is a holiday, or worked although it is none.
-- Days that are not worked, and days that are although they would not; the company's
-- rows before the shipped ones.
{{ reference_rows('public_holidays', key=['day'], columns=['day', 'kind', 'name']) }}
