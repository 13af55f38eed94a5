-- grain: one row per dimension (channel, campaign) and value.
-- The won deals and revenue that the touches of the twelve months up to as_of are
-- credited with (linear). `revenue_error` is the standard error of that revenue, were
-- each deal won or not by chance: the root of the sum of the squares of what each
-- gives.
with credits as (
    select * from {{ ref('fct_attribution') }}
    where
        model = 'linear'
        and occurred_on is not null
),

campaigns as (select * from {{ ref('dim_campaigns') }}),

clock as (select * from {{ ref('dim_clock') }}),

named as (
    select
        credits.deal_key,
        credits.channel,
        campaigns.campaign_id as campaign,
        credits.credit,
        credits.credited_amount
    from credits
    cross join clock
    left join campaigns
        on credits.campaign_key = campaigns.campaign_key
    where credits.occurred_on > clock.as_of - 365
),

given as (
    {% for dimension in ['channel', 'campaign'] %}
        select
            '{{ dimension }}' as dimension,
            coalesce({{ dimension }}, '(unallocated)') as dimension_value,
            deal_key,
            sum(credit) as deals,
            sum(coalesce(credited_amount, 0)) as revenue
        from named
        group by coalesce({{ dimension }}, '(unallocated)'), deal_key
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_return_deals as (
    select
        dimension,
        dimension_value,
        cast(sum(cast(deals as decimal(32, 10))) as double) as deals,
        cast(sum(cast(revenue as decimal(32, 10))) as double) as revenue,
        sqrt(cast(sum(cast(revenue * revenue as decimal(38, 6))) as double))
            as revenue_error
    from given
    group by all
)

select * from kpi_return_deals
