-- grain: one row per field and typed word that readers are shown otherwise than typed.
-- The canonical word, where `value_maps` has one; else `(other)`: of whatever names a
-- person; of reasons, outcomes, variants and review platforms that fewer than five
-- people or companies bear; of a sector, source, persona or lifecycle stage so rare
-- that does not look like a word of a list: longer than five words, or with a last
-- name of the base or a word that leads to a name. A rep's name or mailbox stays.
{% set listed = ['lead_source', 'lifecycle_stage', 'persona', 'sector'] %}
with typed as (select * from {{ ref('int_typed_words') }}),

personal as (select * from {{ ref('int_personal_words') }}),

value_maps as (select * from {{ ref('stg_reference__value_maps') }}),

reps as (
    select distinct
        {{ spoken_words('name') }} as name,
        lower(email) as email
    from {{ ref('stg_generic__reps') }}
    where reject_rule is null
),

senders_of_reps as (
    select distinct typed.word
    from typed
    inner join reps
        on
            contains(typed.spoken_words, reps.name)
            or contains(lower(typed.word), reps.email)
    where typed.field = 'sender_account'
),

judged as (
    select
        typed.field,
        typed.word,
        value_maps.canonical,
        case
            when typed.field = 'sender_account'
                then personal.is_in_base and senders_of_reps.word is null
            else personal.names_person
        end as names_person,
        coalesce(typed.bearers < 5, false)
        and (
            typed.field not in ({{ quoted_values(listed) }})
            or personal.word is not null
            or regexp_matches(
                typed.spoken_words,
                ' (par|by|von|chez|m|mr|mme|mlle|mrs|ms) |^ ([^ ]+ ){6}'
            )
        ) as is_too_rare
    from typed
    left join personal
        on typed.word = personal.word
    left join value_maps
        on
            typed.field = value_maps.field
            and {{ folded_word('typed.word') }} = value_maps.raw_value
    left join senders_of_reps
        on typed.word = senders_of_reps.word
),

int_withheld_words as (
    select
        field,
        word,
        coalesce(canonical, '(other)') as shown_word
    from judged
    where
        canonical is not null
        or names_person
        or is_too_rare
)

select * from int_withheld_words
