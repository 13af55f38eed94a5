-- grain: one row per file of a load, refused and ignored files included

with loads as (select * from {{ source('landing', '_loads') }}),

stg_landing__loads as (
    select
        source,
        format,
        load_id,
        loaded_at,
        loaded_on,
        revision,
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
        first_row,
        unknown_columns,
        missing_columns,
        dense_rank() over (
            partition by source
            order by loaded_at, revision, load_id
        ) as load_order
    from loads
)

select * from stg_landing__loads
