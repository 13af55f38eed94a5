-- grain: one row per record of an export that was rejected, in landing or in staging.
-- `row_number` is the record's number in its file, the header not counted.
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

{{ rows_in_files('value_rejects') }},

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
        row_number,
        reject_column as column_name,
        reject_rule as rule,
        'staging' as stage
    from rows_in_files
)

select * from meta_rejects
