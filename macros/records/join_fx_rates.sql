{#-
Joins the exchange rate of `currency` (empty = reporting currency) in force on `day`.
- currency (string): SQL of the currency
- day (string): SQL of the day
-#}
{% macro join_fx_rates(currency, day) -%}
left join {{ ref('int_fx_rates') }} as fx_rates
    on
        coalesce(upper({{ currency }}), '') = fx_rates.currency
        and {{ day }} >= fx_rates.valid_from
        and (fx_rates.valid_before is null or {{ day }} < fx_rates.valid_before)
{%- endmacro %}
