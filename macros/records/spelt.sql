{#-
The spelling of a word that is shown, of those that differ by case and blanks only (see int_spellings), and the join
that it reads. Exists because people type `Web`, `web` and `WEB ` for one source of leads.
-#}
{% macro spelt(field, column) -%}
coalesce({{ field }}_spelling.spelling, {{ column }})
{%- endmacro %}

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
