-- grain: one row per campaign
with campaigns as (select * from {{ ref('int_campaigns') }}),

dim_campaigns as (
    select
        campaigns.campaign_key,
        campaigns.campaign_id,
        campaigns.source,
        {{ shown_word('campaign_name', 'campaigns.name') }} as name,
        campaigns.channel,
        {{ shown_word('channel_word', 'campaigns.channel_word') }} as channel_word,
        {{ spelt('target_segment', 'campaigns.target_segment') }} as target_segment,
        campaigns.started_on,
        campaigns.ended_on,
        campaigns.budget_amount,
        campaigns.currency,
        {{ converted_amount('campaigns.budget_amount') }} as converted_budget_amount
    from campaigns
    {{ join_spelling('target_segment', 'campaigns.target_segment') }}
    {{ join_shown_word('campaign_name', 'campaigns.name') }}
    {{ join_shown_word('channel_word', 'campaigns.channel_word') }}
    {{ join_fx_rates('campaigns.currency', 'campaigns.started_on') }}
)

select * from dim_campaigns
