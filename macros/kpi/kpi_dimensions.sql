{#- The dimensions of a KPI event besides `all`, in the order in which models list them. -#}
{% macro kpi_dimensions() -%}
    {{ return([
        'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
        'lead_source', 'persona', 'sector', 'company_size', 'country', 'region',
        'product_family', 'cost_type',
    ]) }}
{%- endmacro %}

{#- The dimensions that follow from who the person or company is. -#}
{% macro kpi_who_dimensions() -%}
    {{ return(['lead_source', 'persona', 'sector', 'company_size', 'country', 'region']) }}
{%- endmacro %}

{#-
Whether one of these is what only a person has, and no company.
- dimension (string): the dimension, by its name
-#}
{% macro is_of_person(dimension) -%}
    {{ return(dimension in ['lead_source', 'persona']) }}
{%- endmacro %}
