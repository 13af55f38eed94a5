{#-
    A cell as a whole number, null when it is none. `12.0` and `1 200` are whole; `12.5` is not, and is never rounded.
    Of a mark in doubt only three noughts behind it are (`1.000` is one or a thousand): others are whole as thousands.
    Exists because a cast to an integer rounds, and accepts exponents.
    - cell (string): SQL of the cell, a text: a column of `landed` by its qualified name
-#}
{% macro read_integer(cell) -%}
    {%- set number = read_decimal(cell, doubted='000') -%}
    case
        when regexp_full_match({{ cell }}, '-?[0-9]+') then try_cast({{ cell }} as bigint)
        when ({{ number }}) % 1 = 0 then cast({{ number }} as bigint)
    end
{%- endmacro %}
