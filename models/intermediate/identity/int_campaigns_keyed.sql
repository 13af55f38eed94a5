-- grain: one row per campaign record (source, campaign_id), which is one campaign
with records as (
    {{ current_rows('campaigns') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

int_campaigns_keyed as (
    select
        records.source,
        records.campaign_id,
        row_number() over (
            order by sources.source_order, records.source, records.campaign_id
        ) as campaign_key
    from records
    inner join sources
        on records.source = sources.source
)

select * from int_campaigns_keyed
