{#-
The customer that a company and a person are: the company, or, of a person without one, the person as a negative key.
`int_customers` takes it apart again.
-#}
{% macro customer_key(account_key, prospect_key) -%}
coalesce({{ account_key }}, -{{ prospect_key }})
{%- endmacro %}
