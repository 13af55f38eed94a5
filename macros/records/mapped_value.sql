{#- The canonical word of a value, where `value_maps` has one for its field. -#}
{% macro mapped_value(field, column) -%}
coalesce({{ field }}_map.canonical, {{ column }})
{%- endmacro %}
