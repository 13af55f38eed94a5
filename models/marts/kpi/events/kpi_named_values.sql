-- grain: one row per dimension and value that anything is said under
{% set places = {
    'rep': [('dim_reps', 'rep_id')],
    'team': [
        ('dim_rep_periods', 'team'), ('dim_customers', 'team'), ('fct_costs', 'team'),
        ('dim_prospects', 'first_touch_team'), ('fct_first_touches', 'touched_team'),
    ],
    'channel': [
        ('dim_campaigns', 'channel'), ('fct_costs', 'channel'),
        ('dim_prospects', 'first_touch_channel'),
    ],
    'campaign': [('dim_campaigns', 'campaign_id')],
    'target_segment': [('dim_campaigns', 'target_segment')],
    'sender_account': [('dim_prospects', 'first_touch_sender_account')],
    'lead_source': [('dim_prospects', 'lead_source')],
    'persona': [('dim_prospects', 'persona')],
    'sector': [('dim_prospects', 'sector'), ('dim_accounts', 'sector')],
    'company_size': [
        ('dim_prospects', 'company_size'), ('dim_accounts', 'company_size'),
    ],
    'country': [('dim_prospects', 'country'), ('dim_accounts', 'country')],
    'region': [('dim_prospects', 'region'), ('dim_accounts', 'region')],
    'product_family': [('dim_products', 'family')],
    'cost_type': [('fct_costs', 'cost_type')],
} %}
with activities as (
    {% for fact in [
        'fct_activities', 'fct_responses', 'fct_conversations', 'fct_meetings',
    ] %}
        select distinct
            team,
            channel,
            sender_account
        from {{ ref(fact) }}
        {{ 'union' if not loop.last }}
    {% endfor %}
),

named as (
    {% for dimension, columns in places.items() %}
        {% for relation, column in columns %}
            select distinct
                '{{ dimension }}' as dimension,
                {{ column }} as dimension_value
            from {{ ref(relation) }}
            union
        {% endfor %}
    {% endfor %}
    {% for dimension in ['team', 'channel', 'sender_account'] %}
        select
            '{{ dimension }}' as dimension,
            {{ dimension }} as dimension_value
        from activities
        union
    {% endfor %}
    select
        dimension,
        dimension_value
    from {{ ref('fct_targets') }}
),

kpi_named_values as (
    select
        dimension,
        dimension_value
    from named
    where dimension_value is not null
)

select * from kpi_named_values
