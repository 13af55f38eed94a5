-- grain: one row per prospect and step that another record than the person's own
-- brought them to.
-- Steps are the stages; `qualified_by` (the first from qualified on that has a time);
-- the first touch of any kind, the first response and the first deal.
with stages as (select * from {{ ref('fct_prospect_stages') }}),

first_touches as (select * from {{ ref('fct_first_touches') }}),

deals as (
    select * from {{ ref('fct_deals') }}
    where
        prospect_key is not null
        and created_on is not null
        and not is_test
        and not is_after_as_of
),

qualifying as (
    select
        *,
        row_number() over (
            partition by prospect_key
            order by stage_order
        ) as stage_number
    from stages
    where stage_order >= {{ stage_order("'qualified'") }}
),

first_deals as (
    select * from deals
    qualify
        row_number() over (
            partition by prospect_key
            order by created_on, deal_key
        ) = 1
),

kpi_prospect_records as (
    select
        prospect_key,
        stage as step,
        record_entity,
        record_source,
        record_id
    from stages
    where record_entity is not null
    union all
    select
        prospect_key,
        'qualified_by' as step,
        record_entity,
        record_source,
        record_id
    from qualifying
    where
        stage_number = 1
        and record_entity is not null
    union all
    {% for step in ['touched', 'responded'] %}
        select
            prospect_key,
            '{{ step }}' as step,
            'activities' as record_entity,
            {{ step }}_source as record_source,
            {{ step }}_activity_id as record_id
        from first_touches
        where {{ step }}_activity_id is not null
        union all
    {% endfor %}
    select
        prospect_key,
        'deal' as step,
        'deals' as record_entity,
        source as record_source,
        deal_id as record_id
    from first_deals
)

select * from kpi_prospect_records
