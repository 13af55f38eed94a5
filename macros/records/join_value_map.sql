{#- The join that `mapped_value` reads. -#}
{% macro join_value_map(field, column) -%}
left join (
    select
        raw_value,
        canonical
    from {{ ref('stg_reference__value_maps') }}
    where field = '{{ field }}'
) as {{ field }}_map
    on lower(trim({{ column }})) = {{ field }}_map.raw_value
{%- endmacro %}
