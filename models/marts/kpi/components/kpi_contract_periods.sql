-- grain: one row per customer and period (month and longer) at whose start it was under
-- contract: its monthly contract amounts at the start and at the end (up to as_of), and
-- the first of its contracts in force at the start
with contracts as (
    select * from {{ ref('fct_contracts') }}
    where
        not is_test
        and not is_after_as_of
        and customer_key is not null
        and converted_monthly_amount is not null
),

periods as (
    select * from {{ ref('kpi_periods') }}
    where grain in ('month', 'quarter', 'year')
),

clock as (select * from {{ ref('dim_clock') }}),

bounds as (
    select
        periods.grain,
        periods.period_start,
        periods.period_start - 1 as starts_after,
        least(periods.period_end, clock.as_of) as ends_on
    from periods
    cross join clock
),

in_force as (
    select
        bounds.grain,
        bounds.period_start,
        contracts.customer_key,
        coalesce(sum(contracts.converted_monthly_amount) filter (
            where
            contracts.started_on <= bounds.starts_after
            and coalesce(contracts.in_force_to, date '9999-12-31')
            >= bounds.starts_after
        ), 0) as start_amount,
        min(contracts.contract_key) filter (
            where
            contracts.started_on <= bounds.starts_after
            and coalesce(contracts.in_force_to, date '9999-12-31')
            >= bounds.starts_after
        ) as contract_key,
        coalesce(sum(contracts.converted_monthly_amount) filter (
            where
            contracts.started_on <= bounds.ends_on
            and coalesce(contracts.in_force_to, date '9999-12-31') >= bounds.ends_on
        ), 0) as end_amount
    from bounds
    inner join contracts
        on bounds.ends_on >= contracts.started_on
    group by all
),

kpi_contract_periods as (
    select
        grain,
        period_start,
        customer_key,
        contract_key,
        start_amount,
        end_amount,
        least(start_amount, end_amount) as kept_amount
    from in_force
    where start_amount > 0
)

select * from kpi_contract_periods
