{{ config(alias='loads') }}
-- grain: one row per file of a load, and per file of the exports that is in no load
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
            array_to_string(unknown_columns, ', ') as unknown_columns,
            array_to_string(missing_columns, ', ') as missing_columns
        from {{ files }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from meta_loads
