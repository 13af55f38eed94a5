-- grain: one row per record that an event comes from: what `record_entity` and
-- `record_key` of an event mean in the exports.
-- A view: nothing but a look-up reads it.
{% set keyed = [
    ('prospects', 'dim_prospects', 'prospect'),
    ('deals', 'fct_deals', 'deal'),
    ('quotes', 'fct_quotes', 'quote'),
    ('orders', 'fct_orders', 'order'),
    ('contracts', 'fct_contracts', 'contract'),
] %}
with customers as (select * from {{ ref('dim_customers') }}),

accounts as (select * from {{ ref('dim_accounts') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

kpi_records as (
    {% for entity, relation, name in keyed %}
        select
            '{{ entity }}' as record_entity,
            {{ name }}_key as record_key,
            '{{ entity }}' as entity,
            source,
            {{ name }}_id as record_id
        from {{ ref(relation) }}
        union all
    {% endfor %}
    -- a cost is spread over days
    select distinct
        'costs' as record_entity,
        cost_key as record_key,
        case when kind = 'rep_time' then 'rep_time' else 'costs' end as entity,
        source,
        cost_id as record_id
    from {{ ref('fct_costs') }}
    union all
    -- a customer is its account, or the person without one
    select
        'customers' as record_entity,
        customers.customer_key as record_key,
        case when accounts.account_key is null then 'prospects' else 'accounts' end
            as entity,
        coalesce(accounts.source, prospects.source) as source,
        coalesce(accounts.account_id, prospects.prospect_id) as record_id
    from customers
    left join accounts
        on customers.account_key = accounts.account_key
    left join prospects
        on customers.prospect_key = prospects.prospect_key
    union all
    select
        entity as record_entity,
        record_key,
        entity,
        source,
        record_id
    from {{ ref('kpi_record_keys') }}
)

select * from kpi_records
