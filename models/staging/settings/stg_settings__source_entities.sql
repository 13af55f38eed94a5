-- grain: one row per source and entity of its format: what a load of it holds

with source_entities as (select * from {{ source('settings', 'source_entities') }}),

stg_settings__source_entities as (
    select
        source,
        entity,
        mode
    from source_entities
)

select * from stg_settings__source_entities
