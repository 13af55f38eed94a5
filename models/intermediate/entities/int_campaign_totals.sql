-- grain: one row per campaign, day and source that tells totals of it.
-- What a tool tells of a campaign when it names nobody. `campaign_id` is the id in the
-- tool, which may be that of no campaign that is known.
with records as (
    {{ current_rows('campaign_totals') }}
),

campaign_references as (select * from {{ ref('int_campaign_references') }}),

clock as (select * from {{ ref('int_clock') }}),

int_campaign_totals as (
    select
        records.source,
        records.campaign_id,
        campaign_references.campaign_key,
        records.day,
        {{ known_channel('records.channel') }} as channel,
        records.sent,
        records.delivered,
        records.opened,
        records.clicked,
        records.replied,
        records.bounced,
        records.unsubscribed,
        records.visits,
        records.form_leads,
        records.day > clock.as_of as is_after_as_of
    from records
    cross join clock
    left join campaign_references
        on
            records.source = campaign_references.source
            and records.campaign_id = campaign_references.campaign_id
)

select * from int_campaign_totals
