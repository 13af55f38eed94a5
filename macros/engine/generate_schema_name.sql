{#-
Schemas are named for the layer alone (staging, core, kpi …), not prefixed with the target's.
- custom_schema_name (string): the schema that the node's configuration names; none where it names none
- node (dict[string, any]): the node as dbt knows it; not looked at
-#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
