-- grain: one row per word of job titles.
-- Persona by a word of the job title, for prospects whose source gives none; the
-- company's rows before the shipped ones.
{{ reference_rows(
    'persona_rules',
    key=['word'],
    columns=['word', 'persona']
) }}
