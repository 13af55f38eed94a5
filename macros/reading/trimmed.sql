{#-
    A cell without the blanks around it (also tabs, line ends, no-break spaces), null when nothing is left or when it
    holds U+FFFD. Exists because `trim` alone knows the plain space only. `read_text` is the faster way to the same value.
    - cell (string): SQL of the cell, a text
-#}
{% macro trimmed(cell) -%}
    case
        when not contains({{ cell }}, '{{ "\ufffd" }}')
            then nullif(trim(both '{{ " \t\r\n\u00a0\u202f" }}' from {{ cell }}), '')
    end
{%- endmacro %}
