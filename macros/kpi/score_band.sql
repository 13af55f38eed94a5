{#-
The band of a lead score. Exists because scores of today and those they are checked against share it.
- score (string): SQL of the score, 0 to 100
-#}
{% macro score_band(score) -%}
case
    when {{ score }} < 20 then '0-19'
    when {{ score }} < 40 then '20-39'
    when {{ score }} < 60 then '40-59'
    when {{ score }} < 80 then '60-79'
    else '80-100'
end
{%- endmacro %}
