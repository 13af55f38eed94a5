{#-
The part of an amount that falls on the first `parts` of `of_parts` equal parts, to ten decimals: in whole numbers, as
the division of decimals is one of floating points. A part's own share is the difference of two of these, so that shares
add up to the amount whatever the rounding, and those of any stretch are right to the last decimal.
-#}
{% macro share_until(amount, parts, of_parts) -%}
cast(
    cast(
        cast({{ amount }} * 10000000000 as hugeint) * ({{ parts }}) // ({{ of_parts }})
        as decimal(38, 0)
    )
    * cast(0.0000000001 as decimal(11, 10)) as decimal(32, 10)
)
{%- endmacro %}
