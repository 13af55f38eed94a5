{#-
An amount in the reporting currency at the rate in force on its own day; null without a
rate, never the amount itself. Expects `int_fx_rates` joined as `fx_rates`.
- amount (string): SQL of the amount
- type (string): the type of the result
-#}
{% macro converted_amount(amount, type='decimal(24, 6)') -%}
{{ product(amount, 'fx_rates.rate', type) }}
{%- endmacro %}
