-- grain: one row per month, cost type, nature and channel.
-- What is the money spent on, and which postings bring prospects cheaply? A cost that
-- names no channel stands under `(none)`, beside the prospects of all of them.
with costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

engaged as (
    select
        events.day,
        dimension_values.dimension_value as channel
    from {{ ref('kpi_events') }} as events
    inner join {{ ref('kpi_dimension_values') }} as dimension_values
        on events.channel = dimension_values.value_code
    where events.event = 'prospect_engaged'
),

spent as (
    select
        cast(date_trunc('month', spent_on) as date) as month,
        coalesce(cost_type, '(unknown)') as cost_type,
        coalesce(nature, '(unknown)') as nature,
        coalesce(channel, '(none)') as channel,
        sum(converted_amount) as cost_amount
    from costs
    group by all
),

obtained as (
    select
        cast(date_trunc('month', day) as date) as month,
        case when grouping(channel) = 0 then channel else '(none)' end as channel,
        count(*) as prospects
    from engaged
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (month),
        (month, channel)
    )
),

kpi_cost_breakdown as (
    select
        spent.month,
        spent.cost_type,
        spent.nature,
        spent.channel,
        cast(spent.cost_amount as double) as cost_amount,
        cast(spent.cost_amount as double)
        / nullif(
            cast(sum(spent.cost_amount) over (partition by spent.month) as double), 0
        ) as cost_share,
        coalesce(obtained.prospects, 0) as prospects_obtained,
        cast(spent.cost_amount as double) / obtained.prospects as cost_per_prospect
    from spent
    left join obtained
        on
            spent.month = obtained.month
            and spent.channel = obtained.channel
)

select * from kpi_cost_breakdown
