-- grain: one row per landed file: which of its columns are read in a way of their own.
-- Each list is a text, `,amount,unit_price,`; a comma alone when there is none.

with file_rules as (select * from {{ source('settings', 'file_rules') }}),

stg_settings__file_rules as (
    select
        source,
        load_id,
        file,
        comma_columns,
        doubtful_columns,
        midnight_columns
    from file_rules
)

select * from stg_settings__file_rules
