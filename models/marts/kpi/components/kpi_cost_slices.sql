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

shares as (select * from {{ ref('kpi_cost_shares') }}),

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
            and dimensions.first_code = shares.first_code
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
