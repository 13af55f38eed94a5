-- grain: one row per record that landing rejected because it is not a row of its file,
-- and per line that it left out because nobody would take it for one

with rejects as (select * from {{ source('landing', '_rejects') }}),

stg_landing__rejects as (
    select
        source,
        load_id,
        entity,
        file,
        row_number,
        rule,
        rule not in ('title', 'header', 'blank', 'total', 'note') as is_reject,
        raw
    from rejects
)

select * from stg_landing__rejects
