{#-
    A cell as text: trimmed, null when nothing is left, null when it holds U+FFFD (bytes that landing could
    not decode). Exists because every other reader starts from it, and because `trim` on every cell is the dearest
    step of staging: plain ASCII cells without space at either end, nearly all of them, pass untouched.
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
-#}
{% macro read_text(cell) -%}
    case
        when
            {{ cell }} < '!' or ends_with({{ cell }}, ' ')
            or ends_with({{ cell }}, '{{ "\t" }}') or ends_with({{ cell }}, '{{ "\n" }}')
            or bit_length({{ cell }}) > 8 * length({{ cell }})
            then {{ trimmed(cell) }}
        else {{ cell }}
    end
{%- endmacro %}
