{#- The words of a text without case, accents and punctuation, each between blanks. -#}
{% macro plain_words(column) -%}
concat(
    ' ',
    trim(regexp_replace(strip_accents(lower({{ column }})), '[^a-z0-9]+', ' ', 'g')),
    ' '
)
{%- endmacro %}
