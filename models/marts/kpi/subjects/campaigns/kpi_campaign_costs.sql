-- grain: one row per campaign, message variant, sender account and nature of cost.
-- Every cost is spread evenly over the prospecting touches of its month that match all
-- it names (rep, campaign, channel), as in kpi_cost_slices; here stands what fell on
-- the touches of campaigns.
with costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

touches as (
    select * from {{ ref('fct_activities') }}
    where
        is_prospecting_touch
        and not is_test
        and not is_after_as_of
        and exists (select 1 from costs)
),

spent as (
    select
        cast(date_trunc('month', spent_on) as date) as month,
        rep_key,
        names_rep,
        campaign_key,
        names_campaign,
        channel,
        coalesce(nature, 'other') as nature,
        cast(sum(converted_amount) as double) as amount
    from costs
    group by all
),

cells as (
    select
        cast(date_trunc('month', occurred_on) as date) as month,
        rep_key,
        campaign_key,
        channel,
        message_variant,
        sender_account,
        count(*) as touches
    from touches
    group by all
),

matched as (
    select
        cells.campaign_key,
        cells.message_variant,
        cells.sender_account,
        spent.nature,
        spent.amount * cells.touches / sum(cells.touches) over (
            partition by
                spent.month,
                spent.rep_key,
                spent.names_rep,
                spent.campaign_key,
                spent.names_campaign,
                spent.channel,
                spent.nature
        ) as amount
    from spent
    inner join cells
        on
            spent.month = cells.month
            and (not spent.names_rep or spent.rep_key = cells.rep_key)
            and (not spent.names_campaign or spent.campaign_key = cells.campaign_key)
            and (spent.channel is null or spent.channel = cells.channel)
),

kpi_campaign_costs as (
    select
        campaign_key,
        coalesce(message_variant, '(unknown)') as message_variant,
        coalesce(sender_account, '(unknown)') as sender_account,
        nature,
        cast(sum(cast(amount as decimal(32, 10))) as double) as cost_amount
    from matched
    where campaign_key is not null
    group by all
)

select * from kpi_campaign_costs
