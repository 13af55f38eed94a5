{#-
What makes a row the same record inside its source, as one text: the key columns of the
entity, joined by a character that no export uses (unit separator).
- key (list[string]): the key columns of the entity
- relation (string): the relation that they are of; none: unqualified
-#}
{% macro record_id(key, relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {%- if key | length == 1 -%}
        {{ prefix }}{{ key[0] }}
    {%- else -%}
        concat_ws(
            chr(31){% for column in key %},
            coalesce(cast({{ prefix }}{{ column }} as varchar), ''){% endfor %}
        )
    {%- endif -%}
{%- endmacro %}
