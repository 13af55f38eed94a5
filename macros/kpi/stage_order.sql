{#- The stages of a prospect in their order, and the number of one of them (1 = detected). -#}
{% macro prospect_stages() -%}
    {{ return(['detected', 'contacted', 'engaged', 'qualified', 'meeting', 'quoted', 'won']) }}
{%- endmacro %}

{% macro stage_order(column) -%}
case {{ column }}
    {%- for stage in prospect_stages() %}
    when '{{ stage }}' then {{ loop.index }}
    {%- endfor %}
end
{%- endmacro %}
