-- grain: one row per dimension and dimension value.
-- The code of each value, and its name. `(unknown)` has the first code of its
-- dimension, `(unallocated)` and the words follow in their order; `all` is 0.
{% set sources = [
    ('rep', 'dim_reps', 'rep_id'),
    ('team', 'dim_rep_periods', 'team'),
    ('team', 'dim_customers', 'team'),
    ('team', 'dim_prospects', 'first_touch_team'),
    ('team', 'fct_first_touches', 'touched_team'),
    ('channel', 'dim_prospects', 'first_touch_channel'),
    ('channel', 'dim_campaigns', 'channel'),
    ('campaign', 'dim_campaigns', 'campaign_id'),
    ('target_segment', 'dim_campaigns', 'target_segment'),
    ('sender_account', 'dim_prospects', 'first_touch_sender_account'),
    ('lead_source', 'dim_prospects', 'lead_source'),
    ('persona', 'dim_prospects', 'persona'),
    ('product_family', 'dim_products', 'family'),
    ('cost_type', 'fct_costs', 'cost_type'),
    ('team', 'fct_costs', 'team'),
    ('channel', 'fct_costs', 'channel'),
] %}
with activities as (
    {% for fact in [
        'fct_activities', 'fct_responses', 'fct_conversations', 'fct_meetings',
    ] %}
        select distinct
            team,
            channel,
            sender_account
        from {{ ref(fact) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

named as (
    {% for dimension, relation, column in sources %}
        select distinct
            '{{ dimension }}' as dimension,
            {{ column }} as dimension_value
        from {{ ref(relation) }}
        union
    {% endfor %}
    {% for dimension in ['team', 'channel', 'sender_account'] %}
        select
            '{{ dimension }}' as dimension,
            {{ dimension }} as dimension_value
        from activities
        union
    {% endfor %}
    {% for dimension in ['sector', 'company_size', 'country', 'region'] %}
        {% for relation in ['dim_prospects', 'dim_accounts'] %}
            select distinct
                '{{ dimension }}' as dimension,
                {{ dimension }} as dimension_value
            from {{ ref(relation) }}
            union
        {% endfor %}
    {% endfor %}
    {% for dimension in kpi_dimensions() %}
        select
            '{{ dimension }}' as dimension,
            unnest(['(unknown)', '(unallocated)']) as dimension_value
        union
    {% endfor %}
    select
        dimension,
        dimension_value
    from {{ ref('fct_targets') }}
),

numbered as (
    select
        dimension,
        dimension_value,
        case dimension
            {% for dimension in kpi_dimensions() %}
                when '{{ dimension }}' then {{ unknown_code(dimension) }}
            {% endfor %}
        end as first_code,
        row_number() over (
            partition by dimension
            order by
                dimension_value != '(unknown)',
                dimension_value != '(unallocated)',
                dimension_value
        ) as value_number
    from named
    where
        dimension_value is not null
        and dimension != 'all'
),

kpi_dimension_values as (
    select
        numbered.dimension,
        numbered.dimension_value,
        coalesce(labels.dimension_label, numbered.dimension_value) as dimension_label,
        cast(numbered.first_code + numbered.value_number - 1 as integer) as value_code
    from numbered
    left join labels
        on
            numbered.dimension = labels.dimension
            and numbered.dimension_value = labels.dimension_value
    where numbered.first_code is not null
    union all
    select
        'all' as dimension,
        'all' as dimension_value,
        'all' as dimension_label,
        0 as value_code
)

select * from kpi_dimension_values
