{#-
What the day is called, so many days before as_of, on which everybody who is open is scored. Exists so that scores, what is
known of the people then and the calibration call it the same.
- days_before (integer): days before as_of; 0 is as_of itself
-#}
{% macro score_instant(days_before) -%}
{{ days_before ~ ' days before' if days_before else 'as_of' }}
{%- endmacro %}
