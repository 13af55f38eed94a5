{#-
The lower end of Wilson's 95 % interval of a proportion: 0 where nobody did it, whatever rounding makes of it.
- share (string): SQL of the proportion
- number (string): SQL of how many it is a proportion of
-#}
{% macro wilson_low(share, number) -%}
case
    when {{ share }} <= 0 then 0
    else
        greatest(
            least(
                {{ wilson_centre(share, number) }} - {{ wilson_margin(share, number) }},
                {{ share }}
            ),
            0
        )
end
{%- endmacro %}

{#-
The upper end of Wilson's 95 % interval of a proportion: 1 where everybody did it, whatever rounding makes of it.
- share (string): SQL of the proportion
- number (string): SQL of how many it is a proportion of
-#}
{% macro wilson_high(share, number) -%}
case
    when {{ share }} >= 1 then 1
    else
        least(
            greatest(
                {{ wilson_centre(share, number) }} + {{ wilson_margin(share, number) }},
                {{ share }}
            ),
            1
        )
end
{%- endmacro %}

{#-
The middle of Wilson's 95 % interval.
- share (string): SQL of the proportion
- number (string): SQL of how many it is a proportion of
-#}
{% macro wilson_centre(share, number) -%}
({{ share }} + 1.959963984540054 * 1.959963984540054 / {{ number }} / 2)
/ (1 + 1.959963984540054 * 1.959963984540054 / {{ number }})
{%- endmacro %}

{#-
Half of the width of Wilson's 95 % interval.
- share (string): SQL of the proportion
- number (string): SQL of how many it is a proportion of
-#}
{% macro wilson_margin(share, number) -%}
1.959963984540054 * sqrt(
    greatest({{ share }} * (1 - {{ share }}), 0) / {{ number }}
    + 1.959963984540054 * 1.959963984540054 / {{ number }} / (4 * {{ number }})
) / (1 + 1.959963984540054 * 1.959963984540054 / {{ number }})
{%- endmacro %}
