-- grain: one row per current deal row that is closed but has no time to date the
-- closing
with records as (
    {{ current_rows('deals') }}
),

keyed as (select * from {{ ref('int_deals_keyed') }}),

closed as (select * from {{ ref('int_deals_closed') }}),

int_deals_undated as (
    select
        records.source,
        records.load_id,
        records.load_row,
        records.file
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.deal_id = keyed.deal_id
    anti join closed
        on keyed.deal_key = closed.deal_key
    where records.status in ('won', 'lost')
)

select * from int_deals_undated
