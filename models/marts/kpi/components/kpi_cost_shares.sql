-- grain: one row per month, what a cost may name (rep, campaign, channel) and dimension
-- value (its code).
-- The share of the prospecting touches of the month that match everything named: what
-- is spent so is spread evenly over them. No row where no touch matches.
with costs as (
    select * from {{ ref('fct_costs') }}
    where
        not is_after_as_of
        and converted_amount is not null
),

cells as (select * from {{ ref('kpi_touch_cells') }}),

kinds as (
    select distinct
        names_rep,
        names_campaign,
        channel is not null as names_channel
    from costs
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

kpi_cost_shares as (
    select
        month,
        names_rep,
        rep_key,
        names_campaign,
        campaign_key,
        channel,
        {{ first_code_of('value_code') }} as first_code,
        value_code,
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
)

select * from kpi_cost_shares
