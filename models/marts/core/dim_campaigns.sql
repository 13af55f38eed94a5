-- grain: one row per campaign
with campaigns as (select * from {{ ref('int_campaigns') }}),

dim_campaigns as (
    select
        campaign_key,
        campaign_id,
        source,
        name,
        channel,
        channel_word,
        target_segment,
        started_on,
        ended_on,
        budget_amount,
        currency
    from campaigns
)

select * from dim_campaigns
