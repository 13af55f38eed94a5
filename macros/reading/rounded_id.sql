{#-
    Whether an id is what a spreadsheet or a program leaves of a long number (`1.23457E+17`, `1.23457e+17`, or written out
    with twelve noughts and more): its last digits are lost, and many ids become one.
    Exists so that the dear pattern is matched only where the id begins with a digit and holds what tells.
    - id (string): SQL of the id, a text
-#}
{% macro rounded_id(id) -%}
    (
        {{ id }} >= '0' and {{ id }} < ':'
        and (
            contains({{ id }}, '000000000000')
            or contains({{ id }}, 'e') or contains({{ id }}, 'E')
        )
        and regexp_full_match(
            {{ id }},
            '[0-9]+([.,][0-9]+)?[eE][+][0-9]+|[0-9][.,][0-9]+[eE][0-9]+|[1-9][0-9]*000000000000([.,]0*)?'
        )
    )
{%- endmacro %}
