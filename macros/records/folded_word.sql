{#- A word without its case and its runs of blanks: what two spellings of it share. -#}
{% macro folded_word(column) -%}
lower(regexp_replace(trim({{ column }}), '\s+', ' ', 'g'))
{%- endmacro %}
