-- grain: one row per deal record (source, deal_id), which is one deal
with records as (
    {{ current_rows('deals') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

int_deals_keyed as (
    select
        records.source,
        records.deal_id,
        row_number() over (
            order by sources.source_order, records.source, records.deal_id
        ) as deal_key
    from records
    inner join sources
        on records.source = sources.source
)

select * from int_deals_keyed
