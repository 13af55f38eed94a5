-- grain: one row per load and make of a tool's format whose rows only mention records.
-- A list of deals names companies, which the list of companies describes.
with made as (
    select * from {{ source('landing', '_made') }}
    where
        told_columns is not null
        and made > 0
),

stg_landing__mentions as (
    select
        load_id,
        entity,
        make,
        told_columns,
        min(first_row) as first_load_row,
        max(last_row) as last_load_row
    from made
    group by all
)

select * from stg_landing__mentions
