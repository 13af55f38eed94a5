-- grain: one row per source, kind of address and address as it is written.
-- Only those by which people are told apart: not the mailbox of a role (info@,
-- contact@ …), which several people read.
with addresses as (select * from {{ ref('stg_landing__addresses') }}),

role_mailboxes as (select * from {{ ref('role_mailboxes') }}),

int_written_addresses as (
    select
        addresses.source,
        addresses.kind,
        addresses.written,
        addresses.address
    from addresses
    -- the case stands here, as a condition of one side alone would make nested loops
    anti join role_mailboxes
        on case
            when addresses.kind = 'email' then split_part(addresses.address, '@', 1)
        end = role_mailboxes.mailbox
)

select * from int_written_addresses
