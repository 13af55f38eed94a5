{#- How many current rows of an entity name a record, by one of their ids, that nobody has. -#}
{% macro orphan_references(entity, column, references, id) -%}
select
    'orphan_reference' as check_name,
    staged.source,
    '{{ entity }}' as entity,
    '{{ column }}' as column_name,
    cast(null as varchar) as rule,
    count(*) as issue_count
from ({{ current_rows(entity) }}) as staged
anti join {{ ref(references) }} as known
    on
        staged.source = known.source
        and staged.{{ column }} = known.{{ id }}
where staged.{{ column }} is not null
group by all
{%- endmacro %}
