-- grain: one row per file of a load, with what was found about it and what became of
-- it; and one per file that lay in the exports at the last refresh and is in no load.
-- The latter: its name is no entity, it is no table, it was still being written.
with loads as (select * from {{ ref('stg_landing__loads') }}),

outside as (select * from {{ ref('stg_landing__outside') }}),

meta_loads as (
    {% for files, load_order in [
        ('loads', 'load_order'), ('outside', 'cast(null as bigint)'),
    ] %}
        select
            source,
            format,
            load_id as load,
            {{ load_order }} as load_order,
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
            left_out_lines,
            left_out_rules,
            array_to_string(unknown_columns, ', ') as unknown_columns,
            array_to_string(missing_columns, ', ') as missing_columns
        from {{ files }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from meta_loads
