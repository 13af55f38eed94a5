-- grain: one row per record (source, entity, key) that is missing from the newest full
-- load.
-- It vanished on the day of the first load that no longer held it; a record whose row
-- was rejected is still there.
with entity_loads as (
    select distinct
        source,
        entity,
        load_id,
        load_order,
        loaded_on
    from {{ ref('stg_landing__made') }}
),

full_mode as (
    select
        source,
        entity
    from {{ ref('stg_settings__source_entities') }}
    where mode = 'full'
),

-- entities with one load only have lost nothing: they are not even looked at
full_loads as (
    select
        entity_loads.*,
        max(entity_loads.load_order) over (
            partition by entity_loads.source, entity_loads.entity
        ) as newest_load_order
    from entity_loads
    inner join full_mode
        on
            entity_loads.source = full_mode.source
            and entity_loads.entity = full_mode.entity
    qualify
        count(*) over (partition by entity_loads.source, entity_loads.entity) > 1
),

last_seen as (
    {% for entity in generic_entities() %}
        select
            '{{ entity.name }}' as entity,
            staged.source,
            {{ record_id(entity.key, 'staged') }} as record_id,
            max(full_loads.load_order) as last_load_order
        from {{ ref('stg_generic__' ~ entity.name) }} as staged
        inner join full_loads
            on
                staged.source = full_loads.source
                and staged.load_id = full_loads.load_id
                and full_loads.entity = '{{ entity.name }}'
        where staged.{{ entity.key[0] }} is not null
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

int_records_vanished as (
    select
        last_seen.entity,
        last_seen.source,
        last_seen.record_id,
        min(full_loads.loaded_on) as vanished_on
    from last_seen
    inner join full_loads
        on
            last_seen.source = full_loads.source
            and last_seen.entity = full_loads.entity
            and last_seen.last_load_order < full_loads.load_order
    where last_seen.last_load_order < full_loads.newest_load_order
    group by all
)

select * from int_records_vanished
