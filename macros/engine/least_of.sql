{#-
The least of some values; of one, the value: `least` of a single one is refused by another engine.
- values (list[string]): SQL of each value, at least one
-#}
{% macro least_of(values) -%}
{% if values | length == 1 %}{{ values[0] }}{% else %}least({{ values | join(', ') }}){% endif %}
{%- endmacro %}
