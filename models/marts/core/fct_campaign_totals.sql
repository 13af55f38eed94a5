-- grain: one row per campaign, day and source that tells totals of it.
-- What a tool tells of a campaign when it names nobody: no activities, and no part of
-- any KPI about people.
with totals as (select * from {{ ref('int_campaign_totals') }}),

fct_campaign_totals as (
    select
        totals.source,
        totals.campaign_id,
        totals.campaign_key,
        totals.day,
        totals.channel,
        totals.sent,
        totals.delivered,
        totals.opened,
        totals.clicked,
        totals.replied,
        totals.bounced,
        totals.unsubscribed,
        totals.visits,
        totals.form_leads,
        totals.is_after_as_of
    from totals
)

select * from fct_campaign_totals
