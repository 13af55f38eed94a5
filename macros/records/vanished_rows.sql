{#-
The records of one entity that the newest load of a full-mode source no longer holds, in
the shape of `int_records_vanished`. A record whose row was rejected is still there.
-#}
{% macro vanished_rows(entity, key) -%}
select
    '{{ entity }}' as entity,
    staged.source,
    {{ record_id(key, 'staged') }} as record_id,
    max(full_loads.load_order) as last_load_order
from {{ ref('stg_generic__' ~ entity) }} as staged
inner join full_loads
    on
        staged.source = full_loads.source
        and staged.load_id = full_loads.load_id
        and full_loads.entity = '{{ entity }}'
where staged.{{ key[0] }} is not null
group by all
{%- endmacro %}
