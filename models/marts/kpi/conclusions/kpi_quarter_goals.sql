-- grain: one row per quarter that is running or comes next, and measure of the forecast
-- that has a target.
-- The target of the quarter, else those of its three months together. One of revenue is
-- one of the amount signed where revenue is that of the deals won.
{% set goals = [
    ('won_amount', 'won_amount', 1),
    ('won_amount', 'revenue', 2),
    ('deals_won', 'deals_won', 1),
    ('new_customers', 'new_customers', 1),
    ('new_customer_revenue', 'new_customer_revenue', 1),
] %}
with months as (select * from {{ ref('kpi_quarter_months') }}),

aims as (
    select * from {{ ref('kpi_aims') }}
    where
        dimension = 'all'
        and target is not null
),

clock as (select * from {{ ref('dim_clock') }}),

basis as (
    select {{ revenue_basis() }} as revenue_from
    from clock
),

goals as (
    {% for measure, kpi_id, preference in goals %}
        select
            '{{ measure }}' as measure,
            '{{ kpi_id }}' as kpi_id,
            {{ preference }} as preference
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

quarters as (
    select distinct
        period_start,
        period_end
    from months
),

given as (
    select
        quarters.period_start,
        goals.measure,
        goals.preference,
        aims.kpi_id as target_kpi,
        coalesce(
            max(aims.target) filter (where aims.grain = 'quarter'),
            case
                when count(*) filter (where aims.grain = 'month') = 3
                    then sum(aims.target) filter (where aims.grain = 'month')
            end
        ) as target
    from quarters
    inner join aims
        on
            quarters.period_start <= aims.period_start
            and quarters.period_end >= aims.period_start
    inner join goals
        on aims.kpi_id = goals.kpi_id
    cross join basis
    where
        aims.kpi_id != 'revenue'
        or basis.revenue_from = 'deals'
    group by all
),

kpi_quarter_goals as (
    select
        period_start,
        measure,
        target_kpi,
        target
    from given
    where target is not null
    qualify
        row_number() over (
            partition by period_start, measure
            order by preference
        ) = 1
)

select * from kpi_quarter_goals
