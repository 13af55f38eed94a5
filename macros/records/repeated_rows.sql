{#-
The accepted rows of one staged entity whose record (source and key) is there more than
once, in the shape of `int_record_versions`. Records that come once, nearly all rows of a
large entity, cost one hash aggregation and are never sorted.
-#}
{% macro repeated_rows(entity, key, has_updated_at=false) -%}
select
    '{{ entity }}' as entity,
    staged.source,
    staged.load_id,
    staged.load_row,
    staged.file,
    {{ record_id(key, 'staged') }} as record_id,
    staged.row_hash,
    {{ 'staged.updated_at' if has_updated_at else 'cast(null as timestamp)' }}
        as updated_at
from {{ ref('stg_generic__' ~ entity) }} as staged
semi join (
    select
        source,
        {{ record_id(key) }} as record_id
    from {{ ref('stg_generic__' ~ entity) }}
    where reject_rule is null
    group by all
    having count(*) > 1
) as repeated
    on
        staged.source = repeated.source
        and {{ record_id(key, 'staged') }} = repeated.record_id
where staged.reject_rule is null
{%- endmacro %}
