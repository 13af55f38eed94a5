-- grain: one row per event (budget, forecast, budgeted_cost), grain, period, dimension
-- value and record: what a plan and the cost that it covers are made of.
-- It counts under that one dimension only: a budget of everything is none of a rep.
with records as (
    select * from {{ ref('kpi_target_records') }}
    union all
    select * from {{ ref('kpi_campaign_plan_records') }}
),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

kpi_plan_records as (
    select
        {% for dimension in kpi_dimensions() %}
            case
                when dimension_values.dimension = '{{ dimension }}'
                    then records.value_code
            end as {{ dimension }},
        {% endfor %}
        dimension_values.dimension as only_under,
        records.event,
        records.grain,
        records.period_start,
        cast(null as varchar) as subject_entity,
        cast(null as varchar) as subject_source,
        cast(null as varchar) as subject_id,
        records.amount,
        records.record_entity,
        records.record_source,
        records.record_id
    from records
    inner join dimension_values
        on records.value_code = dimension_values.value_code
)

select * from kpi_plan_records
