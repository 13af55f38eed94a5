-- A failure means that retention, made of running sums and losses, is not what
-- counting the customers at both ends of the period gives.
with activity as (select * from {{ ref('fct_customer_activity') }}),

periods as (
    select * from {{ ref('kpi_periods') }}
    where
        grain in ('month', 'quarter', 'year')
        -- nothing is counted before the calendar begins
        and period_number > 1
),

clock as (select * from {{ ref('dim_clock') }}),

retention as (
    select * from {{ ref('kpi_values') }}
    where
        kpi_id = 'retention_rate'
        and dimension = 'all'
),

ends as (
    select
        periods.grain,
        periods.period_start,
        periods.period_start - 1 as first_end,
        least(periods.period_end, clock.as_of) as last_end
    from periods
    cross join clock
),

counted as (
    select
        ends.grain,
        ends.period_start,
        count(distinct at_start.customer_key) as customers_at_start,
        count(distinct at_end.customer_key) as customers_at_both
    from ends
    inner join activity as at_start
        on
            ends.first_end >= at_start.active_from
            and ends.first_end <= coalesce(at_start.active_to, date '9999-12-31')
    left join activity as at_end
        on
            at_start.customer_key = at_end.customer_key
            and ends.last_end >= at_end.active_from
            and ends.last_end <= coalesce(at_end.active_to, date '9999-12-31')
    group by all
)

select
    counted.grain,
    counted.period_start,
    counted.customers_at_start,
    retention.denominator,
    counted.customers_at_both,
    retention.numerator
from counted
full outer join retention
    on
        counted.grain = retention.grain
        and counted.period_start = retention.period_start
where
    counted.customers_at_start is distinct from retention.denominator
    or counted.customers_at_both is distinct from retention.numerator
