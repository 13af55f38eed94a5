-- grain: one row per campaign.
-- `campaign_id` is the id in its own system, preceded by the source where two share
-- one. `channel` is the campaign's channel among those of activities: other for another
-- word.
with records as (
    {{ current_rows('campaigns') }}
),

keyed as (select * from {{ ref('int_campaigns_keyed') }}),

int_campaigns as (
    select
        keyed.campaign_key,
        records.source,
        case
            when count(*) over (partition by records.campaign_id) > 1
                then concat(records.source, ':', records.campaign_id)
            else records.campaign_id
        end as campaign_id,
        records.name,
        records.channel as channel_word,
        {{ known_channel('records.channel') }} as channel,
        records.target_segment,
        records.started_on,
        records.ended_on,
        records.budget_amount,
        records.currency
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.campaign_id = keyed.campaign_id
)

select * from int_campaigns
