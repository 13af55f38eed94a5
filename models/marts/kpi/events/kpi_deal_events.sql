-- grain: one row per deal and event: created, closed, its cycle, a change of the
-- pipeline
{% set won = "status = 'won'" %}
{% set milestones = [
    ("'deal_created'", 'created_on', 'null', 'null', 'created_on is not null'),
    ("'deal_created>won'", 'created_on', 'null', 'closed_on - created_on',
     'created_on is not null and ' ~ won),
    ("concat('deal_', status)", 'closed_on', 'null', 'null',
     "status in ('won', 'lost')"),
    ("'deal_won_amount'", 'closed_on', 'converted_amount', 'null',
     'converted_amount is not null and ' ~ won),
    ("'sales_cycle_days'", 'closed_on', 'closed_on - created_on', 'null',
     'closed_on >= created_on and ' ~ won),
] %}
{% set stocks = [
    ('pipeline_amount', 'converted_amount'),
    ('pipeline_valued_deals', '(case when converted_amount is not null then 1 end)'),
    ('open_deals', '1'),
] %}
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

reps as (select * from {{ ref('dim_reps') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

conversations as (select * from {{ ref('kpi_deal_conversations') }}),

events as (
    {% for event, day, amount, lag, condition in milestones %}
        select
            deal_key,
            {{ event }} as event,
            {{ day }} as day,
            {{ day }} as team_day,
            rep_key,
            cast({{ amount }} as decimal(32, 10)) as amount,
            cast({{ lag }} as bigint) as lag_days
        from deals
        where {{ condition }}
        union all
    {% endfor %}
    select
        deals.deal_key,
        'conversations_to_close' as event,
        deals.closed_on as day,
        deals.closed_on as team_day,
        deals.rep_key,
        conversations.conversation_count as amount,
        null as lag_days
    from deals
    inner join conversations
        on deals.deal_key = conversations.deal_key
    union all
    {% for event, amount in stocks %}
        {% for day, sign in [('open_from', ''), ('open_before', '-')] %}
            select
                deal_key,
                '{{ event }}' as event,
                {{ day }} as day,
                open_from as team_day,
                rep_key,
                {{ sign }}{{ amount }} as amount,
                null as lag_days
            from openings
            where {{ amount }} is not null
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_deal_events as (
    select
        events.event,
        'deals' as record_entity,
        events.deal_key as record_key,
        events.day,
        cast(events.amount as decimal(32, 10)) as amount,
        events.lag_days,
        {{ value_codes(['rep', 'team']) }},
        dimensions.channel,
        dimensions.campaign,
        dimensions.target_segment,
        dimensions.sender_account,
        {% for dimension in kpi_who_dimensions() %}
            dimensions.{{ dimension }},
        {% endfor %}
        dimensions.product_family,
        cast(null as integer) as cost_type
    from events
    inner join dimensions
        on events.deal_key = dimensions.sale_key
    left join reps
        on events.rep_key = reps.rep_key
    left join rep_periods
        on
            events.rep_key = rep_periods.rep_key
            and events.team_day >= rep_periods.valid_from
            and events.team_day < rep_periods.valid_before
    {{ join_value_codes({'rep': 'reps.rep_id', 'team': 'rep_periods.team'}) }}
)

select * from kpi_deal_events
