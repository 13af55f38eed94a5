-- grain: one row per job title that a word of `persona_rules` is found in.
-- Of several words the longest counts. Accents, case and punctuation do not.
with prospects as (select * from {{ ref('int_prospects') }}),

rules as (select * from {{ ref('stg_reference__persona_rules') }}),

texts as (
    select distinct
        false as is_rule,
        job_title as text,
        cast(null as varchar) as persona
    from prospects
    where
        job_title is not null
        and persona is null
    union all
    select
        true as is_rule,
        word as text,
        persona
    from rules
),

-- each word between blanks, so that a word is found as a whole
spoken as (
    select
        is_rule,
        text,
        persona,
        concat(
            ' ',
            trim(regexp_replace(strip_accents(lower(text)), '[^a-z0-9]+', ' ', 'g')),
            ' '
        ) as words
    from texts
),

int_job_title_personas as (
    select
        titles.text as job_title,
        arg_max(rules.persona, row(length(rules.words), rules.words)) as persona
    from spoken as titles
    inner join spoken as rules
        on contains(titles.words, rules.words)
    where
        not titles.is_rule
        and rules.is_rule
    group by all
)

select * from int_job_title_personas
