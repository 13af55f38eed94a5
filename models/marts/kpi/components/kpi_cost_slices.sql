-- grain: one row per event, dimension value (its code) and month (its first day).
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
    {% for dimension in ['sender_account'] + kpi_who_dimensions() %}
        select
            {{ unknown_code(dimension) }} as first_code,
            {{ unknown_code(dimension) }} + 1 as unallocated_code
        {{ 'union all' if not loop.last }}
    {% endfor %}
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

kinds as (
    select distinct
        names_rep,
        names_campaign,
        channel is not null as names_channel
    from spent
),

-- the touches that match each kind of what a cost may name, once for all such costs
matched as (
    select
        cells.month,
        kinds.names_rep,
        kinds.names_campaign,
        case when kinds.names_rep then cells.rep_key end as rep_key,
        case when kinds.names_campaign then cells.campaign_key end as campaign_key,
        case when kinds.names_channel then cells.channel end as channel,
        cells.value_code,
        sum(cells.touches) as touches
    from cells
    cross join kinds
    where
        (not kinds.names_rep or cells.rep_key is not null)
        and (not kinds.names_campaign or cells.campaign_key is not null)
        and (not kinds.names_channel or cells.channel is not null)
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
                {{ first_code_of('value_code') }}
        ) as touch_share
    from matched
),

allocated as (
    select
        spent.month,
        spent.is_human,
        coalesce(shares.value_code, dimensions.unallocated_code) as value_code,
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
            and dimensions.first_code = {{ first_code_of('shares.value_code') }}
),

kpi_cost_slices as (
    select
        'cost' as event,
        value_code,
        month as day,
        sum(amount) as s
    from allocated
    group by all
    union all
    select
        'cost_human' as event,
        value_code,
        month as day,
        sum(amount) as s
    from allocated
    where is_human
    group by all
)

select * from kpi_cost_slices
