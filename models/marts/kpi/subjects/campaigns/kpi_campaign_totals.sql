-- grain: one row per campaign that a tool tells totals of, over all days up to as_of.
-- What became of the campaigns of which a tool names nobody? These are totals: they are
-- in no KPI, and what the activities tell of the same campaign is no part of them.
{% set figures = [
    'sent', 'delivered', 'opened', 'clicked', 'replied', 'bounced', 'unsubscribed',
    'visits', 'form_leads',
] %}
with totals as (
    select * from {{ ref('fct_campaign_totals') }}
    where not is_after_as_of
),

campaigns as (select * from {{ ref('dim_campaigns') }}),

costs as (
    select * from {{ ref('fct_costs') }}
    where
        names_campaign
        and not is_after_as_of
),

spent as (
    select
        campaign_key,
        cast(sum(converted_amount) as double) as cost_amount
    from costs
    where campaign_key is not null
    group by all
),

summed as (
    select
        {% for figure in figures %}
            cast(sum(totals.{{ figure }}) as bigint) as {{ figure }},
        {% endfor %}
        coalesce(campaigns.source, totals.source) as source,
        coalesce(campaigns.campaign_id, totals.campaign_id) as campaign_id,
        campaigns.campaign_key,
        coalesce(any_value(campaigns.name), any_value(totals.campaign_id))
            as campaign_name,
        coalesce(any_value(campaigns.channel), min(totals.channel)) as channel,
        min(totals.day) as first_on,
        max(totals.day) as last_on
    from totals
    left join campaigns
        on totals.campaign_key = campaigns.campaign_key
    group by all
),

kpi_campaign_totals as (
    select
        summed.source,
        summed.campaign_id,
        summed.campaign_name,
        summed.channel,
        summed.first_on,
        summed.last_on,
        {% for figure in figures %}
            summed.{{ figure }},
        {% endfor %}
        cast(summed.opened as double)
        / nullif(coalesce(summed.delivered, summed.sent), 0) as open_rate,
        cast(summed.clicked as double)
        / nullif(coalesce(summed.delivered, summed.sent), 0) as click_rate,
        cast(summed.replied as double)
        / nullif(coalesce(summed.delivered, summed.sent), 0) as reply_rate,
        spent.cost_amount,
        spent.cost_amount / nullif(summed.form_leads, 0) as cost_per_form_lead
    from summed
    left join spent
        on summed.campaign_key = spent.campaign_key
)

select * from kpi_campaign_totals
