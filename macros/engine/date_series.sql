{#-
The days from one date to another, both included, as rows of one column `day`.
- first_day (string): SQL of the first day
- last_day (string): SQL of the last day
-#}
{% macro date_series(first_day, last_day) -%}
select cast(unnest(generate_series(
    cast({{ first_day }} as timestamp), cast({{ last_day }} as timestamp), interval 1 day
)) as date) as day
{%- endmacro %}
