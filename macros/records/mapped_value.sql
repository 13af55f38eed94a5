{#- The canonical word of a value, where `value_maps` has one for its field; else one spelling of it. -#}
{% macro mapped_value(field, column) -%}
coalesce({{ field }}_map.canonical, {{ spelt(field, column) }})
{%- endmacro %}
