{#- Fails with each combination of values that more than one row has: the columns are no key of the model. -#}
{% test unique_key(model, columns) %}

select
    {{ columns | join(", ") }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(", ") }}
having count(*) > 1

{% endtest %}
