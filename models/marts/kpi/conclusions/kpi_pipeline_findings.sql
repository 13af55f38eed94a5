-- grain: one row per finding about the pipeline: a target that is missed or at risk, or
-- a quarter in which deals slipped.
-- Of the whole company. A target is told of when a tenth of it or more is missing: at
-- risk once half of its working days are over, missed until the next month is over. Who
-- slips is an open deal whose expected closing moved to a later day: told from five on
-- and a quarter of those open at the end.
{% set amounts = ['revenue', 'won_amount', 'new_customer_revenue'] %}
with targets as (
    select * from {{ ref('kpi_targets') }}
    where
        dimension = 'all'
        and kpi_id in ({{ quoted_values(amounts + ['deals_won', 'new_customers']) }})
),

movement as (
    select * from {{ ref('kpi_pipeline_movement') }}
    where
        dimension = 'all'
        and grain = 'quarter'
),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

short as (
    select
        targets.*,
        clock.as_of,
        targets.projected_end - targets.target as missing
    from targets
    cross join clock
    where
        targets.projected_end <= 0.9 * targets.target
        and (
            targets.status = 'missed'
            or targets.status = 'at_risk' and targets.elapsed_share >= 0.5
        )
),

kpi_pipeline_findings as (
    select
        'pipeline' as page,
        case status when 'missed' then 'target_missed' else 'target_at_risk' end
            as kind,
        kpi_id as subject,
        grain,
        period_start,
        dimension,
        dimension_value,
        projected_end as value,
        target as expected_value,
        cast(null as double) as sample_size,
        case when kpi_id = 'new_customers' then missing end as worth_customers,
        case when kpi_id in ({{ quoted_values(amounts) }}) then missing end
            as worth_amount,
        case when kpi_id = 'deals_won' then missing end as worth_cases,
        case status when 'missed' then period_end else as_of end as known_from,
        case status
            when 'missed' then last_day(period_end + to_months(1)) else period_end + 1
        end as known_until
    from short
    union all
    select
        'pipeline' as page,
        'slippage' as kind,
        'open_pipeline' as subject,
        movement.grain,
        movement.period_start,
        movement.dimension,
        movement.dimension_value,
        movement.deals_pushed / cast(movement.deals_at_end as double) as value,
        cast(null as double) as expected_value,
        cast(movement.deals_at_end as double) as sample_size,
        cast(null as double) as worth_customers,
        movement.amount_pushed as worth_amount,
        cast(movement.deals_pushed as double) as worth_cases,
        periods.period_end as known_from,
        last_day(periods.period_end + to_months(3)) as known_until
    from movement
    inner join periods
        on
            movement.grain = periods.grain
            and movement.period_start = periods.period_start
    where
        not periods.is_partial
        and movement.deals_pushed >= 5
        and movement.deals_pushed >= movement.deals_at_end / 4
)

select * from kpi_pipeline_findings
