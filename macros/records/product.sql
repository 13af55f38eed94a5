{#-
The exact product of two decimals as an amount of money; null from 10^17 on, which is no amount that anybody means
(`meta.data_quality` counts it). Exists because a decimal that overflows stops the whole build, and two cells that are
each readable may do that.
- left (string): SQL of a decimal
- right (string): SQL of a decimal
- type (string): the type of the result
-#}
{% macro product(left, right, type='decimal(24, 6)') -%}
case
    when abs(cast({{ left }} as double) * cast({{ right }} as double)) < 1e17
        then cast(cast({{ left }} as decimal(30, 10)) * {{ right }} as {{ type }})
end
{%- endmacro %}
