-- grain: one row per file that lay in a source's folder at the last refresh and belongs
-- to no load; of batches that are held back one per batch and file.
-- Its name is no entity, it is no table, it could not be opened at all, or its load was
-- still being written; or its batch is held back.

with outside as (select * from {{ source('landing', '_outside') }}),

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
        left_out_lines,
        left_out_rules,
        unknown_columns,
        missing_columns
    from outside
)

select * from stg_landing__outside
