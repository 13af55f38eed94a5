-- grain: one row per field and word that people type, whatever its case and blanks.
-- The spelling that is shown for all of them: the most frequent one of all rows that
-- were ever accepted, of several the first in the alphabet; `(other)` of a word that
-- would tell of somebody.
{% set typed = [
    ('accounts', 'sector', 'sector'),
    ('accounts', 'country', 'country'),
    ('accounts', 'region', 'region'),
    ('prospects', 'lead_source', 'lead_source'),
    ('prospects', 'persona', 'persona'),
    ('prospects', 'disqualified_reason', 'disqualified_reason'),
    ('reps', 'team', 'team'),
    ('campaigns', 'target_segment', 'target_segment'),
    ('deals', 'lost_reason', 'lost_reason'),
    ('products', 'family', 'product_family'),
    ('contracts', 'cancel_reason', 'cancel_reason'),
    ('tickets', 'reason', 'ticket_reason'),
] %}
with withheld_words as (select * from {{ ref('int_withheld_words') }}),

words as (
    {% for entity, column, field in typed %}
        select
            '{{ field }}' as field,
            {{ column }} as spelling,
            count(*) as times_typed
        from {{ ref('stg_generic__' ~ entity) }}
        where
            reject_rule is null
            and {{ column }} is not null
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

folded as (
    select
        *,
        {{ folded_word('spelling') }} as folded_word
    from words
),

int_spellings as (
    select
        folded.field,
        folded.folded_word,
        coalesce(
            withheld_words.shown_word,
            regexp_replace(folded.spelling, '\s+', ' ', 'g')
        ) as spelling
    from folded
    left join withheld_words
        on
            folded.field = withheld_words.field
            and folded.folded_word = withheld_words.word
    qualify
        row_number() over (
            partition by folded.field, folded.folded_word
            order by folded.times_typed desc, folded.spelling asc
        ) = 1
)

select * from int_spellings
