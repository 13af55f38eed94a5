-- grain: one row per file that was landed and entity that its rows became.
-- A file of the generic format is of its entity as it is; a tool's file may become
-- several.
with loads as (
    select * from {{ ref('stg_landing__loads') }}
    where outcome = 'landed'
),

ledger as (
    select
        load_id,
        file,
        entity,
        cast(sum(rows_in) as bigint) as rows_in,
        cast(sum(made) as bigint) as made,
        cast(sum(merged) as bigint) as merged,
        cast(sum(left_out) as bigint) as left_out,
        bool_or(is_main) as is_main
    from {{ source('landing', '_made') }}
    group by all
),

stg_landing__made as (
    select
        source,
        load_id,
        load_order,
        loaded_on,
        file,
        entity as source_table,
        entity,
        first_row,
        records,
        structural_rejects,
        landed as made,
        cast(0 as bigint) as merged,
        cast(0 as bigint) as left_out
    from loads
    where format = 'generic'
    union all
    select
        loads.source,
        loads.load_id,
        loads.load_order,
        loads.loaded_on,
        loads.file,
        loads.entity as source_table,
        ledger.entity,
        loads.first_row,
        ledger.rows_in
        + case when ledger.is_main then loads.structural_rejects else 0 end as records,
        case when ledger.is_main then loads.structural_rejects else 0 end
            as structural_rejects,
        ledger.made,
        ledger.merged,
        ledger.left_out
    from loads
    inner join ledger
        on
            loads.load_id = ledger.load_id
            and loads.file = ledger.file
)

select * from stg_landing__made
