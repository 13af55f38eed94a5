{{ config(alias='loads') }}
-- grain: one row per file of a load, and per file of the exports that is in no load
with loads as (select * from {{ ref('stg_landing__loads') }}),

outside as (select * from {{ ref('stg_landing__outside') }}),

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
    union all
    select
        source,
        format,
        load_id as load,
        cast(null as bigint) as load_order,
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
    from outside
)

select * from meta_loads
