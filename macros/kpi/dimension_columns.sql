{#-
Of a GROUPING SETS over single dimensions: the name and the value of the dimension that a
row is for. Null values are dimensions that the event does not carry.
-#}
{% macro dimension_columns(dimensions) -%}
case
    {%- for dimension in dimensions %}
        when grouping({{ dimension }}) = 0 then '{{ dimension }}'
    {%- endfor %}
        else 'all'
    end as dimension,
    case
    {%- for dimension in dimensions %}
        when grouping({{ dimension }}) = 0 then cast({{ dimension }} as varchar)
    {%- endfor %}
        else 'all'
    end as dimension_value
{%- endmacro %}
