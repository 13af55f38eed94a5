-- grain: one row per typed word in which somebody's address or name stands.
-- `names_person`: an e-mail address, a telephone number, a profile, or the full name
-- of somebody in the base. `is_in_base`: the same, of addresses only those of the base.
-- Neither: only a last name of the base stands in it. Digits are a telephone number
-- when they are written as one, or somebody in the base has it.
{% set phones = [
    '[+][0-9][0-9 ().-]{7,}[0-9]',
    '(^|[^0-9./_-])0[1-9](( [0-9]{2}){4}|([.][0-9]{2}){4}|(-[0-9]{2}){4}|[0-9]{8})'
    ~ '([^0-9]|$)',
    '(^|[^0-9])[(]?[0-9]{3}[)]?[ .-][0-9]{3}[ .-][0-9]{4}([^0-9]|$)',
] %}
{% set sites = 'linkedin|xing|viadeo|facebook|instagram|twitter|github' %}
with words as (
    select distinct
        word,
        regexp_replace(word, '[^0-9]', '', 'g') as digits
    from {{ ref('int_typed_words') }}
),

named as (select * from {{ ref('int_named_words') }}),

addresses as (select * from {{ ref('stg_landing__addresses') }}),

numbers as (
    select distinct right(address, 8) as last_digits
    from addresses
    where
        kind = 'phone'
        and length(address) >= 8
),

written as (
    select distinct address
    from addresses
    where kind != 'phone'
),

judged as (
    select
        words.word,
        named.word is not null as has_last_name,
        coalesce(named.names_person, false)
        or written.address is not null
        or numbers.last_digits is not null as is_in_base,
        contains(words.word, '@')
        or (
            contains(words.word, '/')
            and regexp_matches(lower(words.word), '({{ sites }})[.][a-z.]+/+[^ /]')
        )
        {% for phone in phones %}
            or (
                length(words.digits) >= 8
                and regexp_matches(words.word, '{{ phone }}')
            )
        {% endfor %}
            as is_address
    from words
    left join named
        on words.word = named.word
    left join written
        on
            regexp_replace(lower(words.word), '^https?://(www[.])?', '')
            = written.address
    left join numbers
        on
            case when length(words.digits) >= 8 then right(words.digits, 8) end
            = numbers.last_digits
),

int_personal_words as (
    select
        word,
        is_in_base or is_address as names_person,
        is_in_base
    from judged
    where
        is_in_base
        or is_address
        or has_last_name
)

select * from int_personal_words
