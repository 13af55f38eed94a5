{#-
Whether revenue is that of orders or of won deals: what the settings say, else orders when any source supplies them.
Exists because a target of revenue is one of what is signed only where revenue is that of deals.
-#}
{% macro revenue_basis() -%}
case
    when clock.revenue_from != 'auto' then clock.revenue_from
    when exists (select 1 from {{ ref('fct_orders') }}) then 'orders'
    else 'deals'
end
{%- endmacro %}
