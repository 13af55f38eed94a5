{#-
The spelling of a word that is shown, of those that differ by case and blanks only (see int_spellings); `join_spelling`
is the join that it reads. Exists because people type `Web`, `web` and `WEB ` for one source of leads.
- field (string): the field of `value_maps` and of `int_spellings`
- column (string): SQL of the word, a text
-#}
{% macro spelt(field, column) -%}
coalesce({{ field }}_spelling.spelling, {{ column }})
{%- endmacro %}

{#-
The join that `spelt` reads.
- field (string): the field of `value_maps` and of `int_spellings`
- column (string): SQL of the word, a text
-#}
{% macro join_spelling(field, column) -%}
left join (
    select
        folded_word,
        spelling
    from {{ ref('int_spellings') }}
    where field = '{{ field }}'
) as {{ field }}_spelling
    on {{ folded_word(column) }} = {{ field }}_spelling.folded_word
{%- endmacro %}
