{#- Fails for every combination of values, nulls included, that several rows share. -#}
{% test unique_combination(model, columns) %}
select
    {{ columns | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
group by all
having count(*) > 1
{% endtest %}
