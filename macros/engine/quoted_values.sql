{#- Words as SQL texts for a list or an `in`, one per line. -#}
{% macro quoted_values(words) -%}
{% for word in words %}
'{{ word }}'{{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}
