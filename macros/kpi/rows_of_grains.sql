{#-
Rows of the lengths of a period, to be cross joined; `start_of_grain` is the first day of the period of each. Exists
because two lists that are unnested side by side multiply each other on another engine.
- grains (list[string]): the lengths of a period, columns of `kpi_calendar`
-#}
{% macro rows_of_grains(grains) -%}
(values {% for grain in grains %}('{{ grain }}'){{ ', ' if not loop.last }}{% endfor %}) as grains (grain)
{%- endmacro %}

{#-
The first day of the period of each of these grains in which the day of `calendar` lies.
- grains (list[string]): the lengths of a period, columns of `kpi_calendar`
-#}
{% macro start_of_grain(grains) -%}
case grains.grain
    {%- for grain in grains %}
    when '{{ grain }}' then calendar.{{ grain }}
    {%- endfor %}
end
{%- endmacro %}
