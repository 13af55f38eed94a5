-- grain: one row per source, kind of address and address as it is written

with addresses as (select * from {{ source('landing', '_addresses') }}),

stg_landing__addresses as (
    select distinct
        source,
        kind,
        written,
        address
    from addresses
)

select * from stg_landing__addresses
