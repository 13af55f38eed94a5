{#-
Words as SQL texts for a list or an `in`, one per line.
- words (list[string]): the words, without a quote in them
-#}
{% macro quoted_values(words) -%}
{% for word in words %}
'{{ word }}'{{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}
