{#-
A computed number as an amount of money; null from 10^17 on, as in `product`. Exists because a
cast that overflows stops the whole build.
-#}
{% macro as_amount(number) -%}
case
    when abs({{ number }}) < 1e17 then cast({{ number }} as decimal(24, 6))
end
{%- endmacro %}
