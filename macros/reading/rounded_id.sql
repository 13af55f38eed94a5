{#-
    Whether an id is what a spreadsheet leaves of a long number (`1.23457E+17`): its last digits are lost, and many ids
    become one. Exists so that the dear pattern is matched only where the mark of the exponent stands.
-#}
{% macro rounded_id(id) -%}
    (contains({{ id }}, 'E+') and regexp_full_match({{ id }}, '[0-9]([.,][0-9]+)?E[+][0-9]+'))
{%- endmacro %}
