{#-
Whether forecasts were so far off in the past that a line would promise what nobody knows: by more than half of what
came. Exists because this threshold is one, for months and for quarters.
- past_error (string): SQL of the sum of the absolute errors over what came; null where none is known
-#}
{% macro is_far_off(past_error) -%}
coalesce({{ past_error }} > 0.5, false)
{%- endmacro %}
