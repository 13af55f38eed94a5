{#- Whether a value of a dimension has a name; what has none stands in brackets. -#}
{% macro is_named(dimension_value) -%}
{{ dimension_value }} not in ('(unknown)', '(unallocated)', '(none)')
{%- endmacro %}
