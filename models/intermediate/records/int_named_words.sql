-- grain: one row per typed word in which a last name of somebody in the base stands.
-- `names_person`: a first name of theirs, or a title such as Mme, stands beside it.
{% set titles = [
    'm', 'mr', 'mme', 'mlle', 'mrs', 'ms', 'miss', 'monsieur', 'madame', 'mademoiselle',
    'maitre', 'dr', 'herr', 'frau',
] %}
with people as (
    select distinct
        last_name,
        coalesce(first_name, '') as first_name
    from {{ ref('stg_generic__prospects') }}
    where
        reject_rule is null
        and last_name is not null
),

last_names as (select distinct last_name from people),

families as (
    select
        last_name,
        {{ spoken_words('last_name') }} as family
    from last_names
),

tokens as (
    select distinct
        word,
        spoken_words,
        unnest(string_split(trim(spoken_words), ' ')) as token
    from {{ ref('int_typed_words') }}
),

-- a last name is looked up by its first word; only those found are read on
named as (
    select
        tokens.word,
        tokens.spoken_words,
        families.family,
        {{ spoken_words('people.first_name') }} as given
    from tokens
    inner join families
        on tokens.token = split_part(trim(families.family), ' ', 1)
    inner join people
        on families.last_name = people.last_name
    where
        length(families.family) > 3
        and contains(tokens.spoken_words, families.family)
),

int_named_words as (
    select
        word,
        bool_or(
            contains(spoken_words, concat(' ', trim(given), family))
            or contains(spoken_words, concat(family, trim(given), ' '))
            {% for title in titles %}
                or contains(spoken_words, concat(' {{ title }}', family))
            {% endfor %}
        ) as names_person
    from named
    group by all
)

select * from int_named_words
