{#-
The joins that `mapped_value` reads.
- field (string): the field of `value_maps` and of `int_spellings`
- column (string): SQL of the word, a text
-#}
{% macro join_value_map(field, column) -%}
left join (
    select
        raw_value,
        canonical
    from {{ ref('stg_reference__value_maps') }}
    where field = '{{ field }}'
) as {{ field }}_map
    on {{ folded_word(column) }} = {{ field }}_map.raw_value
{{ join_spelling(field, column) }}
{%- endmacro %}
