-- grain: one row per deal and event: created, closed, its cycle, a change of the
-- pipeline
with deals as (
    select * from {{ ref('fct_deals') }}
    where
        not is_test
        and not is_after_as_of
),

openings as (select * from {{ ref('fct_deal_openings') }}),

dimensions as (
    select * from {{ ref('kpi_sale_dimensions') }}
    where kind = 'deal'
),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

conversations as (select * from {{ ref('kpi_deal_conversations') }}),

events as (
    select
        deal_key,
        'deal_created' as event,
        created_on as day,
        created_on as team_day,
        cast(null as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days
    from deals
    where created_on is not null
    union all
    select
        deal_key,
        'deal_created>won' as event,
        created_on as day,
        created_on as team_day,
        null as amount,
        closed_on - created_on as lag_days
    from deals
    where
        created_on is not null
        and status = 'won'
    union all
    select
        deal_key,
        concat('deal_', status) as event,
        closed_on as day,
        closed_on as team_day,
        null as amount,
        null as lag_days
    from deals
    where status in ('won', 'lost')
    union all
    select
        deal_key,
        'deal_won_amount' as event,
        closed_on as day,
        closed_on as team_day,
        converted_amount as amount,
        null as lag_days
    from deals
    where
        status = 'won'
        and converted_amount is not null
    union all
    select
        deal_key,
        'sales_cycle_days' as event,
        closed_on as day,
        closed_on as team_day,
        closed_on - created_on as amount,
        null as lag_days
    from deals
    where
        status = 'won'
        and closed_on >= created_on
    union all
    select
        deals.deal_key,
        'conversations_to_close' as event,
        deals.closed_on as day,
        deals.closed_on as team_day,
        conversations.conversation_count as amount,
        null as lag_days
    from deals
    inner join conversations
        on deals.deal_key = conversations.deal_key
    union all
    select
        deal_key,
        'pipeline_amount' as event,
        open_from as day,
        open_from as team_day,
        converted_amount as amount,
        null as lag_days
    from openings
    where converted_amount is not null
    union all
    select
        deal_key,
        'pipeline_amount' as event,
        open_before as day,
        open_from as team_day,
        -converted_amount as amount,
        null as lag_days
    from openings
    where converted_amount is not null
    union all
    select
        deal_key,
        'pipeline_valued_deals' as event,
        open_from as day,
        open_from as team_day,
        1 as amount,
        null as lag_days
    from openings
    where converted_amount is not null
    union all
    select
        deal_key,
        'pipeline_valued_deals' as event,
        open_before as day,
        open_from as team_day,
        -1 as amount,
        null as lag_days
    from openings
    where converted_amount is not null
    union all
    select
        deal_key,
        'open_deals' as event,
        open_from as day,
        open_from as team_day,
        1 as amount,
        null as lag_days
    from openings
    union all
    select
        deal_key,
        'open_deals' as event,
        open_before as day,
        open_from as team_day,
        -1 as amount,
        null as lag_days
    from openings
),

kpi_deal_events as (
    select
        events.event,
        cast(events.deal_key as varchar) as entity_id,
        events.day,
        cast(events.amount as decimal(32, 10)) as amount,
        events.lag_days,
        dimensions.rep,
        coalesce(rep_periods.team, '(unknown)') as team,
        dimensions.channel,
        dimensions.campaign,
        dimensions.target_segment,
        dimensions.sender_account,
        dimensions.lead_source,
        dimensions.persona,
        dimensions.sector,
        dimensions.company_size,
        dimensions.country,
        dimensions.region,
        dimensions.product_family,
        cast(null as varchar) as cost_type
    from events
    inner join dimensions
        on events.deal_key = dimensions.sale_key
    left join rep_periods
        on
            dimensions.rep_key = rep_periods.rep_key
            and events.team_day >= rep_periods.valid_from
            and events.team_day < rep_periods.valid_before
)

select * from kpi_deal_events
