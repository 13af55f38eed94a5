-- grain: one row per quote and event: sent, its amount, accepted, settled.
-- A quote is settled when it was answered, has expired, or is unanswered for over 90
-- days.
with quotes as (
    select * from {{ ref('fct_quotes') }}
    where
        not is_test
        and not is_after_as_of
),

clock as (select * from {{ ref('dim_clock') }}),

dimensions as (
    select * from {{ ref('kpi_sale_dimensions') }}
    where kind = 'quote'
),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

judged as (
    select
        quotes.*,
        quotes.status in ('rejected', 'expired')
        or (quotes.status = 'sent' and clock.as_of - quotes.sent_on > 90)
            as is_settled_not_won
    from quotes
    cross join clock
),

events as (
    select
        quote_key,
        'quote_sent' as event,
        sent_on as day,
        cast(null as decimal(32, 10)) as amount,
        cast(null as bigint) as lag_days
    from judged
    union all
    select
        quote_key,
        'quote_not_accepted' as event,
        sent_on as day,
        null as amount,
        null as lag_days
    from judged
    where status != 'accepted'
    union all
    select
        quote_key,
        'quoted_amount' as event,
        sent_on as day,
        converted_amount as amount,
        null as lag_days
    from judged
    where converted_amount is not null
    union all
    select
        quote_key,
        'quote_sent>accepted' as event,
        sent_on as day,
        null as amount,
        decided_on - sent_on as lag_days
    from judged
    where status = 'accepted'
    union all
    select
        quote_key,
        'quote_settled' as event,
        sent_on as day,
        null as amount,
        null as lag_days
    from judged
    where
        is_settled_not_won
        or status = 'accepted'
    union all
    select
        quote_key,
        'quote_settled_not_won' as event,
        sent_on as day,
        null as amount,
        null as lag_days
    from judged
    where is_settled_not_won
),

kpi_quote_events as (
    select
        events.event,
        'quotes' as record_entity,
        events.quote_key as record_key,
        events.day,
        cast(events.amount as decimal(32, 10)) as amount,
        events.lag_days,
        dimensions.rep,
        team_values.value_code as team,
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
        cast(null as integer) as product_family,
        cast(null as integer) as cost_type
    from events
    inner join dimensions
        on events.quote_key = dimensions.sale_key
    left join rep_periods
        on
            dimensions.rep_key = rep_periods.rep_key
            and events.day >= rep_periods.valid_from
            and events.day < rep_periods.valid_before
    {{ join_value_codes({'team': 'rep_periods.team'}) }}
)

select * from kpi_quote_events
