{#-
The ids of all KPIs, the company's own too, as the catalogue of the build has them; none before it is
built. It asks for definitions only, never for the rows of a fact.
-#}
{% macro catalogued_kpis() -%}
    {%- set catalog = ref('stg_reference__kpi_catalog') -%}
    {%- if not execute or not load_relation(catalog) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set ids = run_query('select kpi_id from ' ~ catalog ~ ' order by kpi_id') -%}
    {{ return(ids.columns[0].values()) }}
{%- endmacro %}
