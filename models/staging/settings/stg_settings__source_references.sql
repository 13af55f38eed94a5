-- grain: one row per source and source that its ids may point into, itself included

with source_references as (select * from {{ source('settings', 'source_references') }}),

stg_settings__source_references as (
    select
        source,
        refers_to_source,
        reference_order
    from source_references
)

select * from stg_settings__source_references
