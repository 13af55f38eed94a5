-- grain: one row per check, source, entity and column of facts that are left out of.
-- KPIs, or counted as something else than they look
{% set facts = {
    'activities': 'fct_activities', 'deals': 'fct_deals', 'orders': 'fct_orders',
    'quotes': 'fct_quotes', 'contracts': 'fct_contracts',
} %}
{% set tested = dict(facts, prospects='dim_prospects', accounts='dim_accounts') %}
with deals as (select * from {{ ref('fct_deals') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

credit_notes as (
    select staged.*
    from ({{ current_rows('orders') }}) as staged
    inner join {{ ref('fct_orders') }} as orders
        on
            staged.source = orders.source
            and staged.order_id = orders.order_id
            and orders.is_credit_note
    where staged.status = 'placed'
),

meta_fact_findings as (
    {% for entity, relation in tested.items() %}
        select
            {{ finding(
                'test_record', entity, "'is_test'", "'out of every KPI'", rows=false
            ) }}
        from {{ ref(relation) }}
        where is_test
        group by all
        union all
    {% endfor %}
    {% for entity, relation in facts.items() %}
        select
            {{ finding(
                'after_as_of', entity, rule="'out of every KPI'", rows=false
            ) }}
        from {{ ref(relation) }}
        where is_after_as_of
        group by all
        union all
    {% endfor %}
    select
        {{ finding(
            'negative_duration', 'deals', "'closed_at'",
            "'closed before it was created: out of the sales cycle'", rows=false
        ) }}
    from deals
    where closed_on < created_on
    group by all
    union all
    select
        {{ finding(
            'negative_duration', 'prospects', "'qualified_at'",
            "'qualified before the first contact: out of the averages'", rows=false
        ) }}
    from prospects
    where qualified_on < contacted_on
    group by all
    union all
    select
        {{ finding(
            'credit_note', 'orders', "'amount'", "'revenue and margin, but no order'"
        ) }}
    from credit_notes
    group by all
    union all
    select
        {{ finding(
            'draft', 'quotes', "'status'", "'counts nowhere until it is sent'"
        ) }}
    from ({{ current_rows('quotes') }}) as drafts
    where status = 'draft'
    group by all
)

select * from meta_fact_findings
