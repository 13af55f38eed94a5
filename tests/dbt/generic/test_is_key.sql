{#- Fails for every value of a column that several rows share, and for null: `unique` and `not_null` in one scan. -#}
{% test is_key(model, column_name) %}
select
    {{ column_name }},
    count(*) as row_count
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
