-- grain: one row per deal and person who takes part in it: the one it names, its
-- contacts
with deals as (select * from {{ ref('int_deals') }}),

contacts as (select * from {{ ref('int_deal_contacts') }}),

people as (
    select
        deal_key,
        prospect_key
    from deals
    where prospect_key is not null
    union
    select
        contacts.deal_key,
        contacts.prospect_key
    from contacts
    semi join deals
        on contacts.deal_key = deals.deal_key
),

fct_deal_people as (
    select
        people.deal_key,
        people.prospect_key,
        coalesce(contacts.is_primary, false) as is_primary,
        coalesce(people.prospect_key = deals.prospect_key, false)
            as is_prospect_of_deal
    from people
    inner join deals
        on people.deal_key = deals.deal_key
    left join contacts
        on
            people.deal_key = contacts.deal_key
            and people.prospect_key = contacts.prospect_key
)

select * from fct_deal_people
