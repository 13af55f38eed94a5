-- grain: one row per stage of a prospect.
-- Whether an export tells of it, and the last one before that is told of. A stage that
-- none tells of is only ever passed with a later one.
{% set told_by = {
    'contacted': ['touch'],
    'engaged': ['response', 'conversation'],
    'qualified': ['prospect_qualified', 'deal_created'],
    'meeting': [
        'meeting_booked',
        'meeting_held_prospect',
        'meeting_held_customer',
        'meeting_no_show',
    ],
    'quoted': ['quote_sent'],
    'won': ['deal_created', 'deal_won', 'deal_lost'],
} %}
with supply as (select * from {{ ref('kpi_event_supply') }}),

stages as (
    select
        'detected' as stage,
        true as is_supplied
    {% for stage in prospect_stages()[1:] %}
        union all
        select
            '{{ stage }}' as stage,
            coalesce(bool_or(is_seen), false) as is_supplied
        from supply
        where event in ({{ quoted_values(told_by[stage]) }})
    {% endfor %}
),

numbered as (
    select
        *,
        {{ stage_order('stage') }} as stage_order
    from stages
),

kpi_funnel_supply as (
    select
        stage,
        stage_order,
        is_supplied,
        max(case when is_supplied then stage_order end) over (
            order by stage_order
            rows between unbounded preceding and 1 preceding
        ) as supplied_order_before
    from numbered
)

select * from kpi_funnel_supply
