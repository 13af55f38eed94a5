-- grain: one row per quarter that is running or comes next, and measure of the
-- forecast.
-- What has been won of it by the end of as_of.
{% set measures = [
    ('pipeline', 'won_amount', 'deal_won_amount', 's'),
    ('pipeline', 'deals_won', 'deal_won', 'n'),
    ('cohorts', 'new_customers', 'customer_new', 'n'),
    ('cohorts', 'new_customer_revenue', 'new_customer_revenue', 's'),
] %}
with months as (select * from {{ ref('kpi_quarter_months') }}),

components as (
    select * from {{ ref('kpi_components') }}
    where
        grain = 'quarter'
        and value_code = 0
),

quarters as (
    select distinct
        period_start,
        period_end
    from months
),

measures as (
    {% for basis, measure, event, component in measures %}
        select
            '{{ basis }}' as basis,
            '{{ measure }}' as measure,
            '{{ event }}' as event,
            '{{ component }}' as component
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_quarter_signed as (
    select
        quarters.period_start,
        quarters.period_end,
        measures.basis,
        measures.measure,
        -- where something was ever won, nothing in this quarter is 0
        case
            when count(components.event) > 0
                then
                    cast(coalesce(max(components.amount) filter (
                        where components.period_start = quarters.period_start
                    ), 0) as double)
        end as signed
    from quarters
    cross join measures
    left join components
        on
            measures.event = components.event
            and measures.component = components.measure
    group by all
)

select * from kpi_quarter_signed
