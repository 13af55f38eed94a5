-- grain: one row per record of an export that was rejected, in landing or in staging.
-- `row_number` is the record's number in its file, the header not counted: a landed row
-- moves back by the records that landing rejected or left out before it. Of a
-- translated row the place of its landed row is what is left of its own below 2^32.
with loads as (
    select * from {{ ref('stg_landing__loads') }}
    where outcome = 'landed'
),

structural as (
    select * from {{ ref('stg_landing__rejects') }}
    where is_reject
),

value_rejects as (select * from {{ ref('int_value_rejects') }}),

shifts as (select * from {{ ref('int_structural_shifts') }}),

placed as (
    select
        value_rejects.source,
        value_rejects.entity,
        value_rejects.load_id,
        value_rejects.file,
        value_rejects.reject_column,
        value_rejects.reject_rule,
        value_rejects.load_row,
        value_rejects.load_row % 4294967296 - loads.first_row as file_row
    from value_rejects
    inner join loads
        on
            value_rejects.load_id = loads.load_id
            and value_rejects.file = loads.file
),

shifted as (
    select
        placed.*,
        count(shifts.load_id) as rejected_before
    from placed
    left join shifts
        on
            placed.load_id = shifts.load_id
            and placed.file = shifts.file
            and placed.file_row >= shifts.landed_before
    group by all
),

meta_rejects as (
    select
        source,
        entity,
        load_id as load,
        file,
        row_number,
        cast(null as varchar) as column_name,
        rule,
        'landing' as stage
    from structural
    union all
    select
        source,
        entity,
        load_id as load,
        file,
        file_row + 1 + rejected_before as row_number,
        reject_column as column_name,
        reject_rule as rule,
        'staging' as stage
    from shifted
)

select * from meta_rejects
