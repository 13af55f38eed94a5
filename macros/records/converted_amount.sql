{#-
An amount in the reporting currency at the rate in force on its own day; null without a
rate, never the amount itself. Expects `int_fx_rates` joined as `fx_rates`.
-#}
{% macro converted_amount(amount) -%}
cast(cast({{ amount }} as decimal(24, 6)) * fx_rates.rate as decimal(24, 6))
{%- endmacro %}
