-- What the management wants of 2026: last year's monthly average and more, by season.
-- Absolute numbers, changes on a period of the year before, forecasts and a budget.
create table targets as
with
last_year as (
    select
        'new_customers' as kpi_id,
        'all' as dimension,
        null as dimension_value,
        count(*) / 12.0 as monthly_average
    from customers
    inner join work_clock on customers.won_minute = work_clock.work_minute
    where year(work_clock.wall_at) = 2025

    union all
    select 'qualified_prospects', 'all', null, count(*) / 12.0
    from engagements
    inner join work_clock on engagements.qualified_minute = work_clock.work_minute
    where year(work_clock.wall_at) = 2025

    union all
    select
        'meetings_booked', 'rep', reps.rep_id,
        count(*) / (12.0 * getvariable('rep_count'))
    from meetings
    inner join work_clock on meetings.booked_minute = work_clock.work_minute
    cross join reps
    where year(work_clock.wall_at) = 2025
    group by reps.rep_id

    union all
    select
        'revenue', 'all', null,
        sum(orders.amount * case when orders.currency = 'CHF' then 1.06 else 1 end) / 12
    from orders
    inner join work_clock on orders.work_minute = work_clock.work_minute
    where orders.status = 'placed' and year(work_clock.wall_at) = 2025

    union all
    select
        'won_amount', 'all', null,
        sum(deals.amount * case when deals.currency = 'CHF' then 1.06 else 1 end) / 12
    from deals
    inner join work_clock on deals.closed_minute = work_clock.work_minute
    where deals.is_closed and deals.is_won and year(work_clock.wall_at) = 2025

    union all
    select 'prospecting_cost', 'all', null, sum(amount) / 12
    from (
        select amount from costs
        where year(incurred_on) = 2025
        union all
        select (loaded_monthly_cost * days / working_days)::decimal(12, 2) from rep_time
        where year(month_start) = 2025
    )
),

plan_months as (
    select
        month_start::date as month_start,
        case month(month_start)
            when 1 then 0.95 when 7 then 0.95 when 8 then 0.55 when 9 then 1.15
            when 12 then 0.85 else 1.06
        end as season
    from (
        select unnest(generate_series(
            timestamp '2026-01-01', timestamp '2026-12-01', interval 1 month
        )) as month_start
    )
),

-- wanted: what must be reached, by KPI; rounding: to what people round
ambitions as (
    select * from (values
        ('new_customers', 'target', 1.30, 1),
        ('qualified_prospects', 'target', 1.30, 1),
        ('meetings_booked', 'target', 1.20, 1),
        ('revenue', 'target', 1.40, 1000),
        ('won_amount', 'target', 1.45, 1000),
        ('revenue', 'forecast', 1.25, 100),
        ('prospecting_cost', 'budget', 1.20, 100)
    ) as listed (kpi_id, kind, growth, rounding)
),

monthly as (
    select
        last_year.kpi_id,
        plan_months.month_start,
        last_year.dimension,
        last_year.dimension_value,
        ambitions.kind,
        greatest(1, round(
            last_year.monthly_average * ambitions.growth
            -- costs have less of a season than sales
            * case when ambitions.kind = 'budget'
                then 0.5 + 0.5 * plan_months.season else plan_months.season end
            / ambitions.rounding
        )) * ambitions.rounding as target
    from last_year
    inner join ambitions on last_year.kpi_id = ambitions.kpi_id
    cross join plan_months
),

absolute as (
    select
        kpi_id, 'month' as grain, month_start as period_start, dimension,
        dimension_value, kind, target
    from monthly

    union all
    select
        kpi_id, 'quarter', date_trunc('quarter', month_start)::date, dimension,
        dimension_value, kind, sum(target)
    from monthly
    where kpi_id in ('new_customers', 'revenue', 'won_amount', 'prospecting_cost')
    group by
        kpi_id, date_trunc('quarter', month_start), dimension, dimension_value, kind

    union all
    select
        kpi_id, 'year', date_trunc('year', month_start)::date, dimension,
        dimension_value, kind, sum(target)
    from monthly
    where kpi_id in ('new_customers', 'revenue', 'won_amount', 'prospecting_cost')
    group by kpi_id, date_trunc('year', month_start), dimension, dimension_value, kind

    union all
    select 'retention_rate', 'year', month_start, 'all', null, 'target', 0.85
    from plan_months
    where month_start = date_trunc('year', month_start)
),

changes as (
    select * from (values
        ('response_rate', 'month', 'all', null, 0.05),
        ('qualification_rate', 'month', 'all', null, 0.10),
        ('deal_win_rate', 'quarter', 'all', null, 0.05),
        ('cost_per_prospect', 'quarter', 'all', null, -0.05),
        ('touches', 'quarter', 'team', 'Ouest', 0.15),
        ('touches', 'quarter', 'team', 'Nord-Est', 0.15),
        ('touches', 'quarter', 'team', 'Sud', 0.25),
        ('letters_sent', 'year', 'channel', 'mail', 0.50)
    ) as listed (kpi_id, grain, dimension, dimension_value, change)
),

relative as (
    select
        changes.kpi_id,
        changes.grain,
        plan_months.month_start as period_start,
        changes.dimension,
        changes.dimension_value,
        changes.change,
        (plan_months.month_start - interval 1 year)::date as baseline_start
    from changes
    inner join plan_months
        on plan_months.month_start
        = date_trunc(changes.grain, plan_months.month_start)::date
)

select
    kpi_id, grain, period_start, dimension, dimension_value, kind,
    target::decimal(14, 2) as target, null::decimal(6, 4) as change,
    null::date as baseline_start
from absolute

union all
select
    kpi_id, grain, period_start, dimension, dimension_value, 'target', null,
    change::decimal(6, 4), baseline_start
from relative;
