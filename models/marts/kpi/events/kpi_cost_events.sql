-- grain: one row per cost, day and event: the cost, its human part, a rep's days.
-- Under what the cost itself names; who it was spent on comes from its allocation. An
-- amount without an exchange rate is null, not 0.
with costs as (
    select * from {{ ref('fct_costs') }}
    where not is_after_as_of
),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

events as (
    select
        *,
        'cost' as event,
        converted_amount as event_amount
    from costs
    union all
    select
        *,
        'cost_human' as event,
        converted_amount as event_amount
    from costs
    where nature = 'human'
    union all
    select
        *,
        'rep_days' as event,
        spent_days as event_amount
    from costs
    where kind = 'rep_time'
),

kpi_cost_events as (
    select
        events.event,
        cast(events.cost_key as varchar) as entity_id,
        events.spent_on as day,
        cast(events.event_amount as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days,
        coalesce(reps.rep_id, '(unknown)') as rep,
        coalesce(events.team, '(unknown)') as team,
        coalesce(events.channel, '(unknown)') as channel,
        coalesce(campaigns.campaign_id, '(unknown)') as campaign,
        coalesce(campaigns.target_segment, '(unknown)') as target_segment,
        {% for dimension in ['sender_account'] + kpi_who_dimensions() %}
            cast(null as varchar) as {{ dimension }},
        {% endfor %}
        cast(null as varchar) as product_family,
        case
            when events.event != 'rep_days' then coalesce(events.cost_type, '(unknown)')
        end as cost_type
    from events
    left join reps
        on events.rep_key = reps.rep_key
    left join campaigns
        on events.campaign_key = campaigns.campaign_key
)

select * from kpi_cost_events
