{#-
    A cell as a boolean: true/false, 1/0, yes/no, oui/non, whatever their case; null when it is none of these.
    Exists because a cast knows other words than the export contract does.
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
-#}
{% macro read_boolean(cell) -%}
    case
        when lower({{ trimmed(cell) }}) in ('true', '1', 'yes', 'oui') then true
        when lower({{ trimmed(cell) }}) in ('false', '0', 'no', 'non') then false
    end
{%- endmacro %}
