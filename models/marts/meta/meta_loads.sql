{{ config(alias='loads') }}
-- grain: one row per file of a load, with what was found about it and what became of it
with loads as (select * from {{ ref('stg_landing__loads') }}),

meta_loads as (
    select
        source,
        format,
        load_id as load,
        load_order,
        loaded_at,
        loaded_on,
        entity,
        file,
        sha256,
        bytes,
        encoding,
        delimiter,
        decimal_mark,
        outcome,
        reason,
        records,
        landed,
        structural_rejects,
        array_to_string(unknown_columns, ', ') as unknown_columns,
        array_to_string(missing_columns, ', ') as missing_columns
    from loads
)

select * from meta_loads
