-- grain: one row per field and word that people type, whatever its case and blanks.
-- The spelling that is shown for all of them: the most frequent one of all rows that
-- were ever accepted, of several the first in the alphabet.
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
with words as (
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
        field,
        folded_word,
        regexp_replace(spelling, '\s+', ' ', 'g') as spelling
    from folded
    qualify
        row_number() over (
            partition by field, folded_word
            order by times_typed desc, spelling asc
        ) = 1
)

select * from int_spellings
