{#-
The chance that a standard normal variable exceeds z (Abramowitz and Stegun 26.2.17, wrong by less than 1e-7). Exists
because neither engine has the normal distribution.
- z (string): SQL of a number
-#}
{% macro normal_tail(z) -%}
abs(
    cast({{ z }} < 0 as integer)
    - exp(-power({{ z }}, 2) / 2) / sqrt(2 * pi())
    * (
        0.319381530 * power(1 + 0.2316419 * abs({{ z }}), -1)
        - 0.356563782 * power(1 + 0.2316419 * abs({{ z }}), -2)
        + 1.781477937 * power(1 + 0.2316419 * abs({{ z }}), -3)
        - 1.821255978 * power(1 + 0.2316419 * abs({{ z }}), -4)
        + 1.330274429 * power(1 + 0.2316419 * abs({{ z }}), -5)
    )
)
{%- endmacro %}
