{#-
The canonical word of a value, where `value_maps` has one for its field; else one spelling of it.
- field (string): the field of `value_maps` and of `int_spellings`
- column (string): SQL of the word, a text
-#}
{% macro mapped_value(field, column) -%}
coalesce({{ field }}_map.canonical, {{ spelt(field, column) }})
{%- endmacro %}
