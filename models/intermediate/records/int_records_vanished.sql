-- grain: one row per record (source, entity, key) that is missing from the newest full
-- load.
-- It vanished on the day of the first load that no longer held it. A load tells that a
-- record is gone only when it holds each table that the record was ever made of: a list
-- of deals names some companies, and says nothing of the others.
with missing as (select * from {{ ref('int_records_missing') }}),

tables as (
    select distinct
        source,
        entity as source_table,
        load_order,
        loaded_on
    from {{ ref('stg_landing__loads') }}
    where outcome = 'landed'
),

missing_from as (
    select
        missing.entity,
        missing.source,
        missing.record_id,
        tables.loaded_on
    from missing
    inner join tables
        on
            missing.source = tables.source
            and missing.last_load_order < tables.load_order
            and list_contains(missing.made_of, tables.source_table)
    group by
        missing.entity,
        missing.source,
        missing.record_id,
        tables.load_order,
        tables.loaded_on
    having count(*) = any_value(len(missing.made_of))
),

int_records_vanished as (
    select
        entity,
        source,
        record_id,
        min(loaded_on) as vanished_on
    from missing_from
    group by all
)

select * from int_records_vanished
