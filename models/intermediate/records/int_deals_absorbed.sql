-- grain: one row per deal record that was merged into another deal of its own source,
-- which is there and was not merged itself
with merged as (
    {{ absorbed_records('deal') }}
),

deals as (
    select distinct
        source,
        deal_id
    from {{ ref('stg_generic__deals') }}
    where reject_rule is null
),

followed as (
    select * from {{ ref('int_links_followed') }}
    where kind = 'deal'
),

staying as (
    select
        deals.source,
        deals.deal_id
    from deals
    anti join merged
        on
            deals.source = merged.source
            and deals.deal_id = merged.record_id
),

int_deals_absorbed as (
    select distinct
        merged.source,
        merged.record_id as deal_id
    from merged
    inner join followed
        on
            merged.source = followed.from_source
            and merged.record_id = followed.from_id
    inner join staying
        on
            followed.to_source = staying.source
            and followed.to_id = staying.deal_id
)

select * from int_deals_absorbed
