{#-
The customer that a company and a person are: the company, or, of a person without one, the person as a negative key.
`int_customers` takes it apart again.
- account_key (string): SQL of the key of the company, null without one
- prospect_key (string): SQL of the key of the person
-#}
{% macro customer_key(account_key, prospect_key) -%}
coalesce({{ account_key }}, -{{ prospect_key }})
{%- endmacro %}
