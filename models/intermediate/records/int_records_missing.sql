-- grain: one row per record (source, entity, key) of a full export that its newest load
-- no longer holds.
-- The load that held it last, and the tables that it was ever made of: those that
-- described it, or that mentioned it where none did. A record whose row was rejected is
-- still there.
with made as (select * from {{ ref('stg_landing__made') }}),

mentions as (select * from {{ ref('stg_landing__mentions') }}),

full_mode as (
    select * from {{ ref('stg_settings__source_entities') }}
    where mode = 'full'
),

tables as (
    select distinct
        source,
        entity as source_table,
        load_order,
        max(load_order) over (partition by source, entity) as newest_load_order
    from {{ ref('stg_landing__loads') }}
    where outcome = 'landed'
),

-- entities with one load only have lost nothing: they are not even looked at
full_files as (
    select
        made.source,
        made.entity,
        made.source_table,
        made.load_id,
        made.file,
        made.load_order,
        max(tables.newest_load_order) over entity_loads as newest_load_order
    from made
    inner join full_mode
        on
            made.source = full_mode.source
            and made.entity = full_mode.entity
    inner join tables
        on
            made.source = tables.source
            and made.source_table = tables.source_table
            and made.load_order = tables.load_order
    window entity_loads as (partition by made.source, made.entity)
    qualify
        min(made.load_order) over entity_loads
        < max(tables.newest_load_order) over entity_loads
),

last_seen as (
    {% for entity in generic_entities() %}
        select
            '{{ entity.name }}' as entity,
            staged.source,
            {{ record_id(entity.key, 'staged') }} as record_id,
            full_files.source_table,
            bool_or(mentions.load_id is null) as is_described,
            max(full_files.load_order) as load_order,
            any_value(full_files.newest_load_order) as newest_load_order
        from {{ ref('stg_generic__' ~ entity.name) }} as staged
        inner join full_files
            on
                staged.load_id = full_files.load_id
                and staged.file = full_files.file
                and full_files.entity = '{{ entity.name }}'
        {{ join_mention(entity.name) }}
        where staged.{{ entity.key[0] }} is not null
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

int_records_missing as (
    select
        entity,
        source,
        record_id,
        coalesce(
            list(source_table order by source_table) filter (where is_described),
            list(source_table order by source_table)
        ) as made_of,
        coalesce(
            max(load_order) filter (where is_described),
            max(load_order)
        ) as last_load_order
    from last_seen
    group by all
    having last_load_order < max(newest_load_order)
)

select * from int_records_missing
