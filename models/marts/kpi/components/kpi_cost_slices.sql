-- grain: one row per event, dimension, dimension value and month (its first day).
-- Costs by what they do not name themselves: spread evenly over the prospecting touches
-- of their month that match everything they name; `(unallocated)` where no touch
-- matches.
with costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

cells as (select * from {{ ref('kpi_touch_cells') }}),

dimensions as (
    select
        unnest([
            {{ quoted_values(['sender_account'] + kpi_who_dimensions()) }}
        ]) as dimension
),

spent as (
    select
        cast(date_trunc('month', spent_on) as date) as month,
        rep_key,
        names_rep,
        campaign_key,
        names_campaign,
        channel,
        nature = 'human' as is_human,
        sum(converted_amount) as amount
    from costs
    group by all
),

-- what each kind of cost names, and the touches that match it
matched as (
    select
        spent.month,
        spent.rep_key,
        spent.names_rep,
        spent.campaign_key,
        spent.names_campaign,
        spent.channel,
        cells.dimension,
        cells.dimension_value,
        sum(cells.touches) as touches
    from (
        select distinct
            month,
            rep_key,
            names_rep,
            campaign_key,
            names_campaign,
            channel
        from spent
    ) as spent
    inner join cells
        on
            spent.month = cells.month
            and (not spent.names_rep or spent.rep_key = cells.rep_key)
            and (not spent.names_campaign or spent.campaign_key = cells.campaign_key)
            and (spent.channel is null or spent.channel = cells.channel)
    group by all
),

shares as (
    select
        *,
        cast(touches as double) / sum(touches) over (
            partition by
                month,
                rep_key,
                names_rep,
                campaign_key,
                names_campaign,
                channel,
                dimension
        ) as touch_share
    from matched
),

allocated as (
    select
        spent.month,
        spent.is_human,
        dimensions.dimension,
        coalesce(shares.dimension_value, '(unallocated)') as dimension_value,
        cast(spent.amount * coalesce(shares.touch_share, 1) as decimal(32, 10))
            as amount
    from spent
    cross join dimensions
    left join shares
        on
            spent.month = shares.month
            and spent.rep_key is not distinct from shares.rep_key
            and spent.names_rep = shares.names_rep
            and spent.campaign_key is not distinct from shares.campaign_key
            and spent.names_campaign = shares.names_campaign
            and spent.channel is not distinct from shares.channel
            and dimensions.dimension = shares.dimension
),

kpi_cost_slices as (
    select
        'cost' as event,
        dimension,
        dimension_value,
        month as day,
        sum(amount) as s
    from allocated
    group by all
    union all
    select
        'cost_human' as event,
        dimension,
        dimension_value,
        month as day,
        sum(amount) as s
    from allocated
    where is_human
    group by all
)

select * from kpi_cost_slices
