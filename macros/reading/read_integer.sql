{#-
    A cell as a whole number, null when it is none. `12.0` and `1 200` are whole; `12.5` is not, and is never rounded.
    A mark before three digits is no doubt here: only as thousands is it whole.
    Exists because a cast to an integer rounds, and accepts exponents.
-#}
{% macro read_integer(cell) -%}
    case
        when regexp_full_match({{ cell }}, '-?[0-9]+') then try_cast({{ cell }} as bigint)
        when ({{ read_decimal(cell, heeds_doubt=false) }}) % 1 = 0
            then cast({{ read_decimal(cell, heeds_doubt=false) }} as bigint)
    end
{%- endmacro %}
