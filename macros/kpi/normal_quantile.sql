{#-
The value that a standard normal variable stays below with a chance between 0 and 1 (Tukey's lambda; wrong by less than
0.01 between 0.0005 and 0.9995). Exists because neither engine has the inverse of the normal distribution.
-#}
{% macro normal_quantile(chance) -%}
4.91 * (power({{ chance }}, 0.14) - power(1 - {{ chance }}, 0.14))
{%- endmacro %}
