-- grain: one row per event and record that it comes from; per period and member of what
-- is counted once per period.
-- What every number is made of but the activities, which are their own records, and the
-- costs by what they do not name, which are `kpi_cost_shares`. The dimensions are codes
-- of `kpi_dimension_values`.
{% set events = [
    'kpi_prospect_event_records', 'kpi_customer_event_records',
    'kpi_plain_event_records',
] %}
{% set sets = ['kpi_period_records', 'kpi_weighted_deals', 'kpi_plan_records'] %}
with kpi_event_records as (
    {% for relation in events %}
        select
            {% for dimension in kpi_dimensions() %}
                {{ dimension }},
            {% endfor %}
            event,
            day,
            cast(null as varchar) as grain,
            cast(null as date) as period_start,
            cast(null as varchar) as only_under,
            cast(amount as double) as amount,
            lag_days,
            subject_entity,
            subject_source,
            subject_id,
            record_entity,
            record_source,
            record_id,
            anchor_entity,
            anchor_source,
            anchor_id
        from {{ ref(relation) }}
        union all
    {% endfor %}
    {% for relation in sets %}
        select
            {% for dimension in kpi_dimensions() %}
                {{ dimension }},
            {% endfor %}
            event,
            period_start as day,
            grain,
            period_start,
            only_under,
            cast(amount as double) as amount,
            null as lag_days,
            subject_entity,
            subject_source,
            subject_id,
            record_entity,
            record_source,
            record_id,
            null as anchor_entity,
            null as anchor_source,
            null as anchor_id
        from {{ ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_event_records
