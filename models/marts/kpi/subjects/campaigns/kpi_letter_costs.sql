-- grain: one row per campaign of letters, over the whole time up to as_of.
-- What does a letter cost, and what of: printing, postage, creation? The costs that
-- name the campaign, or letters and no campaign (`(unallocated)`, as letters of none).
with costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

letters as (
    select * from {{ ref('kpi_touches') }}
    where touch_channel = 'mail'
),

campaigns as (select * from {{ ref('dim_campaigns') }}),

spent as (
    select
        case when campaigns.channel = 'mail' then campaigns.campaign_id end
            as campaign_id,
        {% for kind in ['printing', 'postage', 'creative'] %}
            sum(costs.converted_amount) filter (where costs.cost_type = '{{ kind }}')
                as {{ kind }}_cost,
        {% endfor %}
        sum(costs.converted_amount) as cost_amount
    from costs
    left join campaigns
        on costs.campaign_key = campaigns.campaign_key
    where
        campaigns.channel = 'mail'
        or (costs.channel = 'mail' and campaigns.campaign_key is null)
    group by all
),

sent as (
    select
        campaigns.campaign_id,
        min(letters.day) as first_on,
        max(letters.day) as last_on,
        count(*) as letters
    from letters
    left join campaigns
        on letters.campaign_key = campaigns.campaign_key
    group by all
),

kpi_letter_costs as (
    select
        coalesce(sent.campaign_id, spent.campaign_id, '(unallocated)') as campaign_id,
        coalesce(campaigns.name, sent.campaign_id, spent.campaign_id, '(unallocated)')
            as campaign_name,
        sent.first_on,
        sent.last_on,
        coalesce(sent.letters, 0) as letters,
        {% for kind in ['printing', 'postage', 'creative'] %}
            cast(coalesce(spent.{{ kind }}_cost, 0) as double) as {{ kind }}_cost,
        {% endfor %}
        cast(
            coalesce(spent.cost_amount, 0)
            - coalesce(spent.printing_cost, 0)
            - coalesce(spent.postage_cost, 0)
            - coalesce(spent.creative_cost, 0)
            as double
        ) as other_cost,
        cast(coalesce(spent.cost_amount, 0) as double) as cost_amount,
        cast(spent.cost_amount as double) / sent.letters as cost_per_letter
    from sent
    full outer join spent
        on
            coalesce(sent.campaign_id, '(unallocated)')
            = coalesce(spent.campaign_id, '(unallocated)')
    left join campaigns
        on coalesce(sent.campaign_id, spent.campaign_id) = campaigns.campaign_id
)

select * from kpi_letter_costs
