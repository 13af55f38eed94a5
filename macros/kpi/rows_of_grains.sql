{#-
Rows of the lengths of a period, to be cross joined, and the first day of the period of each in which a day of
`calendar` lies. Exists because two lists that are unnested side by side multiply each other on another engine.
-#}
{% macro rows_of_grains(grains) -%}
(values {% for grain in grains %}('{{ grain }}'){{ ', ' if not loop.last }}{% endfor %}) as grains (grain)
{%- endmacro %}

{% macro start_of_grain(grains) -%}
case grains.grain
    {%- for grain in grains %}
    when '{{ grain }}' then calendar.{{ grain }}
    {%- endfor %}
end
{%- endmacro %}
