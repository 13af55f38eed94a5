{#-
A word as readers are shown it: as it was typed, unless it would tell of somebody (see int_withheld_words);
`join_shown_word` is the join that it reads. Exists for words that are no dimension, and have no other spelling.
- field (string): the field of `int_typed_words`
- column (string): SQL of the word, a text
-#}
{% macro shown_word(field, column) -%}
coalesce({{ field }}_shown.shown_word, {{ column }})
{%- endmacro %}

{#-
The join that `shown_word` reads.
- field (string): the field of `int_typed_words`
- column (string): SQL of the word, a text
- is_exact (boolean): whether words of the field are compared as they are written
-#}
{% macro join_shown_word(field, column, is_exact=false) -%}
left join (
    select
        word,
        shown_word
    from {{ ref('int_withheld_words') }}
    where field = '{{ field }}'
) as {{ field }}_shown
    on {{ column if is_exact else folded_word(column) }} = {{ field }}_shown.word
{%- endmacro %}
