-- grain: one row per job title that a word of `persona_rules` is found in
-- Of several words the longest counts. Accents, case and punctuation do not.
with prospects as (select * from {{ ref('int_prospects') }}),

rules as (select * from {{ ref('stg_reference__persona_rules') }}),

titles as (
    select distinct
        job_title,
        {{ plain_words('job_title') }} as words
    from prospects
    where
        job_title is not null
        and persona is null
),

spoken_rules as (
    select
        *,
        {{ plain_words('word') }} as words
    from rules
),

int_job_title_personas as (
    select
        titles.job_title,
        arg_max(
            spoken_rules.persona, row(length(spoken_rules.words), spoken_rules.words)
        ) as persona
    from titles
    inner join spoken_rules
        on contains(titles.words, spoken_rules.words)
    group by all
)

select * from int_job_title_personas
