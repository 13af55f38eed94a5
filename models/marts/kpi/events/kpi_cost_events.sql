-- grain: one row per cost, day and event: the cost, its human part, a rep's days.
-- Under what the cost itself names; who it was spent on comes from its allocation. An
-- amount without an exchange rate is null, not 0.
with costs as (
    select * from {{ ref('fct_costs') }}
    where not is_after_as_of
),

reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

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
        'costs' as record_entity,
        events.cost_key as record_key,
        events.spent_on as day,
        cast(events.event_amount as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days,
        {{ value_codes(['rep', 'team', 'channel', 'campaign', 'target_segment']) }},
        {% for dimension in ['sender_account'] + kpi_who_dimensions() %}
            cast(null as integer) as {{ dimension }},
        {% endfor %}
        cast(null as integer) as product_family,
        case when events.event != 'rep_days' then cost_type_values.value_code end
            as cost_type
    from events
    left join reps
        on events.rep_key = reps.rep_key
    left join campaigns
        on events.campaign_key = campaigns.campaign_key
    {{ join_value_codes({
        'rep': 'reps.rep_id',
        'team': 'events.team',
        'channel': 'events.channel',
        'campaign': 'campaigns.campaign_id',
        'target_segment': 'campaigns.target_segment',
        'cost_type': 'events.cost_type',
    }) }}
)

select * from kpi_cost_events
