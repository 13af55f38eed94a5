-- grain: one row per file of the exports that belongs to no load

with

outside as (
    select * from {{ source('landing', '_outside') }}
),

stg_landing__outside as (
    select
        source,
        format,
        load_id,
        loaded_at,
        loaded_on,
        entity,
        file,
        sha256,
        bytes,
        encoding,
        delimiter,
        decimal as decimal_mark,
        outcome,
        reason,
        records,
        landed,
        structural_rejects,
        unknown_columns,
        missing_columns
    from outside
)

select * from stg_landing__outside
