{#-
How many times as wide as chance alone an interval is. The squares of the errors known are held against the variances that
chance gave them; chance counts as four errors more, and Student's widening stands for how few they are. Exists because
a month and a quarter are judged by one rule.
- chance_variance (string): SQL of the variance that chance alone gives what is forecast
- errors_known (string): SQL of how many errors are known
- squared_errors (string): SQL of their squares, added up
- variance_known (string): SQL of the variances that chance gave them, added up
-#}
{% macro forecast_stretch(chance_variance, errors_known, squared_errors, variance_known) -%}
(1 + 0.66 / (4 + {{ errors_known }}))
* sqrt(
    (4 * {{ chance_variance }} + {{ squared_errors }})
    / (4 * {{ chance_variance }} + {{ variance_known }})
)
{%- endmacro %}
