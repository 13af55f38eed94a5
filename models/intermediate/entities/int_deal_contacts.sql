-- grain: one row per deal and person who takes part in it
with records as (
    {{ current_rows('deal_contacts') }}
),

deal_references as (select * from {{ ref('int_deal_references') }}),

prospect_references as (select * from {{ ref('int_prospect_references') }}),

int_deal_contacts as (
    select
        deal_references.deal_key,
        prospect_references.prospect_key,
        coalesce(bool_or(records.is_primary), false) as is_primary
    from records
    inner join deal_references
        on
            records.source = deal_references.source
            and records.deal_id = deal_references.deal_id
    inner join prospect_references
        on
            records.source = prospect_references.source
            and records.prospect_id = prospect_references.prospect_id
    group by all
)

select * from int_deal_contacts
