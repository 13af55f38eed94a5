-- grain: one row per record that landing rejected because it is not a row of its file

with rejects as (select * from {{ source('landing', '_rejects') }}),

stg_landing__rejects as (
    select
        source,
        load_id,
        entity,
        file,
        row_number,
        rule,
        raw
    from rejects
)

select * from stg_landing__rejects
