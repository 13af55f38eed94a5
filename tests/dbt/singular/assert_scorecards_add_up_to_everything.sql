-- A failure means that the scorecards of a month do not add up to what everybody did: a
-- rep is missing, or stands there twice.
{% set counts = [
    'touches', 'conversations', 'meetings_booked', 'leads_obtained',
    'qualified_prospects', 'new_customers', 'deals_won', 'revenue', 'prospecting_cost',
    'prospecting_days',
] %}
with scorecards as (
    select
        {% for kpi in counts %}
            sum({{ kpi }}) as {{ kpi }},
        {% endfor %}
        month
    from {{ ref('kpi_rep_scorecard') }}
    group by all
),

totals as (
    unpivot scorecards
    on columns(* exclude (month))
    into name kpi_id value total
),

published_values as (
    select * from {{ ref('kpi_values') }}
    where
        grain = 'month'
        and dimension = 'all'
        and statistic = 'value'
        and kpi_id in ({{ quoted_values(counts) }})
)

select
    published_values.kpi_id,
    published_values.period_start,
    published_values.value,
    totals.total
from published_values
left join totals
    on
        published_values.kpi_id = totals.kpi_id
        and published_values.period_start = totals.month
where
    abs(published_values.value - coalesce(totals.total, 0))
    > 1e-6 * (1 + abs(published_values.value))
