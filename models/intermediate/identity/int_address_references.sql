-- grain: one row per source, kind of address and writing of it that leads to a person
with written_addresses as (select * from {{ ref('int_written_addresses') }}),

prospect_addresses as (select * from {{ ref('int_prospect_addresses') }}),

int_address_references as (
    select
        written_addresses.source,
        written_addresses.kind,
        written_addresses.written,
        prospect_addresses.prospect_key
    from written_addresses
    inner join prospect_addresses
        on
            written_addresses.kind = prospect_addresses.kind
            and written_addresses.address = prospect_addresses.address
)

select * from int_address_references
