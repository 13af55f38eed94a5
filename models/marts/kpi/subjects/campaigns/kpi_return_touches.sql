-- grain: one row per dimension (channel, campaign) and value.
-- The prospecting touches of the twelve months up to as_of, and how much of what they
-- bring has come by now: what a touch of that age has of the credit that touches get
-- for the deals won in the 180 days after them, by the wait of all won deals. Null
-- without a won deal.
with touches as (
    select * from {{ ref('kpi_touches') }}
    where is_prospecting_touch
),

credits as (
    select * from {{ ref('fct_attribution') }}
    where
        model = 'linear'
        and occurred_on is not null
),

deals as (select * from {{ ref('fct_deals') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

clock as (select * from {{ ref('dim_clock') }}),

waits as (
    select
        deals.closed_on - credits.occurred_on as days,
        -- exact sums, so that two builds give the same bits
        sum(cast(credits.credit as decimal(32, 10))) as credit
    from credits
    inner join deals
        on credits.deal_key = deals.deal_key
    group by all
),

made as (
    select
        touches.touch_channel as channel,
        campaigns.campaign_id as campaign,
        clock.as_of - touches.day as age,
        count(*) as touches
    from touches
    cross join clock
    left join campaigns
        on touches.campaign_key = campaigns.campaign_key
    where touches.day > clock.as_of - 365
    group by all
),

come as (
    select
        ages.age,
        coalesce(
            cast(
                sum(waits.credit) filter (where waits.days <= ages.age) as double
            ),
            0
        ) / cast(sum(waits.credit) as double) as come_share
    from (select distinct made.age from made) as ages
    cross join waits
    group by ages.age
),

kpi_return_touches as (
    {% for dimension in ['channel', 'campaign'] %}
        select
            '{{ dimension }}' as dimension,
            coalesce(made.{{ dimension }}, '(unallocated)') as dimension_value,
            cast(sum(made.touches) as bigint) as touches,
            cast(
                sum(cast(made.touches * come.come_share as decimal(32, 10))) as double
            ) / sum(made.touches) as come_share
        from made
        left join come
            on made.age = come.age
        group by made.{{ dimension }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_return_touches
