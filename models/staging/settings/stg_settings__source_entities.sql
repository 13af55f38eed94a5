-- grain: one row per source and entity

with

source_entities as (
    select * from {{ source('settings', 'source_entities') }}
),

stg_settings__source_entities as (
    select
        source,
        entity,
        mode
    from source_entities
)

select * from stg_settings__source_entities
