{#-
Every record of one kind with the group that the user's own links put it in (alone, without
links): links lead on through chains, and a group is named after its first record.
- entity (string): the entity of the generic format, by its name
- key (string): the column of the record's id
- kind (string): what links call such records: `account`, `prospect`, `rep`, `deal`
-#}
{% macro linked_groups(entity, key, kind) -%}
with records as (
    select distinct
        current_rows.source,
        current_rows.{{ key }} as record_id,
        sources.source_order
    from ({{ current_rows(entity) }}) as current_rows
    inner join {{ ref('stg_settings__sources') }} as sources
        on current_rows.source = sources.source
),

reached as (
    select * from {{ ref('int_links_followed') }}
    where kind = '{{ kind }}'
),

members as (
    select
        source,
        record_id,
        source_order,
        source as member_source,
        record_id as member_id,
        source_order as member_order
    from records
    union all
    select
        records.source,
        records.record_id,
        records.source_order,
        member.source as member_source,
        member.record_id as member_id,
        member.source_order as member_order
    from records
    inner join reached
        on
            records.source = reached.from_source
            and records.record_id = reached.from_id
    inner join records as member
        on
            reached.to_source = member.source
            and reached.to_id = member.record_id
),

linked as (
    select
        source,
        record_id,
        source_order,
        member_source as group_source,
        member_id as group_record_id
    from members
    qualify
        row_number() over (
            partition by source, record_id
            order by member_order, member_source, member_id
        ) = 1
)
{%- endmacro %}
