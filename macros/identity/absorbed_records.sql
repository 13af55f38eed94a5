{#-
The records of one kind that a link says are another of their own source: the tool merged them into it. One row per record,
there or not. Exists so that everything that ranks or leaves out merged records means the same ones.
- kind (string): what links call such records: `account`, `prospect`, `rep`, `deal`
-#}
{% macro absorbed_records(kind) -%}
select distinct
        record_source as source,
        id as record_id
    from {{ ref('stg_generic__links') }}
    where
        reject_rule is null
        and kind = '{{ kind }}'
        and record_source = same_as_source
        and id != same_as_id
{%- endmacro %}
