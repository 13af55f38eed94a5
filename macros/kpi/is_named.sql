{#-
Whether a value of a dimension has a name; what has none stands in brackets.
- dimension_value (string): SQL of the value
-#}
{% macro is_named(dimension_value) -%}
{{ dimension_value }} not in ('(unknown)', '(unallocated)', '(none)', '(other)')
{%- endmacro %}
