-- grain: one row per contract and event: started, ended, renewed, lost
with contracts as (
    select * from {{ ref('fct_contracts') }}
    where
        not is_test
        and not is_after_as_of
),

dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

events as (
    select
        contract_key,
        customer_key,
        'contract_started' as event,
        started_on as day
    from contracts
    union all
    select
        contract_key,
        customer_key,
        'contract_ended' as event,
        ended_on as day
    from contracts
    where ended_on is not null
    union all
    select
        contract_key,
        customer_key,
        'contract_renewed' as event,
        ended_on as day
    from contracts
    where
        ended_on is not null
        and is_renewed
    union all
    select
        contract_key,
        customer_key,
        'contract_lost' as event,
        ended_on as day
    from contracts
    where
        ended_on is not null
        and (coalesce(is_cancelled, false) or not is_renewed)
),

kpi_contract_events as (
    select
        events.event,
        'contracts' as record_entity,
        events.contract_key as record_key,
        events.day,
        cast(null as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days,
        {% for dimension in [
            'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
        ] + kpi_who_dimensions() %}
            coalesce(dimensions.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        cast(null as integer) as product_family,
        cast(null as integer) as cost_type
    from events
    left join dimensions
        on events.customer_key = dimensions.customer_key
)

select * from kpi_contract_events
