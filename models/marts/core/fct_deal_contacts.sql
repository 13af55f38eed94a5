-- grain: one row per deal and person who takes part in it
with contacts as (select * from {{ ref('int_deal_contacts') }}),

deals as (select * from {{ ref('int_deals') }}),

fct_deal_contacts as (
    select
        contacts.deal_key,
        contacts.prospect_key,
        contacts.is_primary,
        contacts.prospect_key = deals.prospect_key as is_prospect_of_deal
    from contacts
    inner join deals
        on contacts.deal_key = deals.deal_key
)

select * from fct_deal_contacts
