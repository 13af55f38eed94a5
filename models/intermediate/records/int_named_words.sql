-- grain: one row per typed word in which a last name stands that nobody is shown:
-- of somebody in the base, or of a rep who is not named.
-- `names_person`: a first name of theirs, or a title such as Mme, stands beside it.
{% set titles = [
    'm', 'mr', 'mme', 'mlle', 'mrs', 'ms', 'miss', 'monsieur', 'madame', 'mademoiselle',
    'maitre', 'dr', 'herr', 'frau',
] %}
with people as (select * from {{ ref('int_unshown_names') }}),

families as (
    select
        last_name,
        {{ spoken_words('last_name') }} as family
    from (select distinct last_name from people) as last_names
),

tokens as (
    select
        word,
        spoken_words,
        unnest(string_split(trim(spoken_words), ' ')) as token
    from {{ ref('int_typed_words') }}
),

-- a last name is looked up by its first word
found as (
    select distinct
        tokens.word,
        tokens.spoken_words,
        families.last_name,
        families.family
    from tokens
    inner join families
        on tokens.token = split_part(trim(families.family), ' ', 1)
    where
        length(families.family) > 3
        and contains(tokens.spoken_words, families.family)
),

-- and so is a first name, of those who have the last one
named as (
    select distinct found.word
    from found
    inner join tokens
        on found.word = tokens.word
    inner join people
        -- one key, so that no word meets everybody of a last name
        on
            concat(found.last_name, ' ', tokens.token)
            = concat(
                people.last_name, ' ', split_part(trim(people.first_name), ' ', 1)
            )
    where
        contains(
            found.spoken_words,
            concat(' ', trim(people.first_name), found.family)
        )
        or contains(
            found.spoken_words,
            concat(' ', trim(found.family), people.first_name)
        )
),

int_named_words as (
    select
        found.word,
        bool_or(
            named.word is not null
            or regexp_matches(
                replace(found.spoken_words, found.family, ' # '),
                ' ({{ titles | join('|') }}) # '
            )
        ) as names_person
    from found
    left join named
        on found.word = named.word
    group by all
)

select * from int_named_words
