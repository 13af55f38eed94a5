-- grain: one row per dimension (channel, campaign) and value that has a campaign whose
-- days touch the twelve months up to as_of.
-- Its budget over its whole time and what names it has cost of that: only of campaigns
-- that have one, since the cost of the others would use it up. `is_running`: a campaign
-- of it is not over.
with campaigns as (select * from {{ ref('dim_campaigns') }}),

costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and campaign_key is not null
),

clock as (select * from {{ ref('dim_clock') }}),

spent as (
    select
        campaign_key,
        cast(sum(converted_amount) as double) as amount
    from costs
    group by all
),

planned as (
    select
        campaigns.campaign_id as campaign,
        campaigns.channel,
        cast(campaigns.converted_budget_amount as double) as budget_amount,
        case
            when campaigns.converted_budget_amount is not null
                then coalesce(spent.amount, 0)
        end as budget_spent,
        coalesce(campaigns.ended_on > clock.as_of, true) as is_running
    from campaigns
    cross join clock
    left join spent
        on campaigns.campaign_key = spent.campaign_key
    where
        coalesce(campaigns.started_on <= clock.as_of, true)
        and coalesce(campaigns.ended_on > clock.as_of - 365, true)
),

kpi_return_budgets as (
    {% for dimension in ['channel', 'campaign'] %}
        select
            '{{ dimension }}' as dimension,
            {{ dimension }} as dimension_value,
            sum(budget_amount) as budget_amount,
            sum(budget_spent) as budget_spent,
            bool_or(is_running) as is_running
        from planned
        where {{ dimension }} is not null
        group by {{ dimension }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_return_budgets
