{#-
The current rows of one staged entity: accepted, and neither superseded nor a duplicate.
The list of exceptions is short, so a large entity is filtered while it is read.
- entity (string): the entity of the generic format, by its name
-#}
{% macro current_rows(entity) -%}
select staged.*
from {{ ref('stg_generic__' ~ entity) }} as staged
anti join (
    select
        load_id,
        load_row
    from {{ ref('int_record_versions') }}
    where
        entity = '{{ entity }}'
        and status != 'current'
) as replaced
    on
        staged.load_id = replaced.load_id
        and staged.load_row = replaced.load_row
where staged.reject_rule is null
{%- endmacro %}
