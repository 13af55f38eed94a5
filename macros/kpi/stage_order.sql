{#- The stages of a prospect in their order. -#}
{% macro prospect_stages() -%}
    {{ return(['detected', 'contacted', 'engaged', 'qualified', 'meeting', 'quoted', 'won']) }}
{%- endmacro %}

{#-
The number of a stage of a prospect (1 = detected); null for another word.
- column (string): SQL of the stage, a text
-#}
{% macro stage_order(column) -%}
case {{ column }}
    {%- for stage in prospect_stages() %}
    when '{{ stage }}' then {{ loop.index }}
    {%- endfor %}
end
{%- endmacro %}
