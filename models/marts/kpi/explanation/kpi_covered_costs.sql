-- grain: one row per budget of a target (grain, period, dimension value's code) and
-- cost that it covers: the costs of the period under the budget's value.
-- None under a value that no cost names itself.
with budgets as (
    select * from {{ ref('kpi_declared_plans') }}
    where event = 'budget'
),

records as (
    select * from {{ ref('kpi_records') }}
    where record_entity = 'costs'
),

costs as (
    select * from {{ ref('kpi_events') }}
    where event = 'cost'
),

calendar as (select * from {{ ref('kpi_calendar') }}),

covered as (
    select
        budgets.grain,
        budgets.period_start,
        budgets.value_code,
        costs.record_key,
        sum(costs.amount) as amount
    from costs
    inner join calendar
        on costs.day = calendar.day
    cross join {{ rows_of_grains(kpi_grains()) }}
    inner join budgets
        on
            grains.grain = budgets.grain
            and {{ start_of_grain(kpi_grains()) }} = budgets.period_start
    where
        budgets.value_code = 0
        {% for dimension in kpi_dimensions() %}
            or budgets.value_code = costs.{{ dimension }}
        {% endfor %}
    group by all
),

kpi_covered_costs as (
    select
        covered.grain,
        covered.period_start,
        covered.value_code,
        covered.amount,
        records.entity,
        records.source,
        records.record_id
    from covered
    inner join records
        on covered.record_key = records.record_key
)

select * from kpi_covered_costs
