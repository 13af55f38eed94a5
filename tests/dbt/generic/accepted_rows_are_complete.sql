{#- Fails with each accepted row that lacks a value which every accepted row must have. -#}
{% test accepted_rows_are_complete(model, columns) %}

select
    source,
    load_id,
    load_row
from {{ model }}
where
    reject_rule is null
    and (
        {%- for column in columns %}
        {{ column }} is null{{ " or" if not loop.last }}
        {%- endfor %}
    )

{% endtest %}
