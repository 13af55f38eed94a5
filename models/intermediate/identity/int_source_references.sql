-- grain: one row per source and source that its ids may point into
with source_references as (select * from {{ ref('stg_settings__source_references') }}),

int_source_references as (
    select
        source,
        refers_to_source,
        reference_order
    from source_references
)

select * from int_source_references
