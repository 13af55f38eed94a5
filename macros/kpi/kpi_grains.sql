{#- The lengths of a period, from the shortest; each is a column of `kpi_calendar`. -#}
{% macro kpi_grains() -%}
    {{ return(['day', 'week', 'half_month', 'month', 'quarter', 'year']) }}
{%- endmacro %}
