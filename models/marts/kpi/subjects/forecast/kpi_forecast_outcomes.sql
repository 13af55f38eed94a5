-- grain: one row per basis and complete month, from the first one with anybody who could
-- win or had won.
-- How many won in it, and for how much.
{% set events = [
    ('cohorts', 'customer_new', 'new_customer_revenue'),
    ('pipeline', 'deal_won', 'deal_won_amount'),
] %}
with components as (
    select * from {{ ref('kpi_components') }}
    where
        grain = 'month'
        and dimension = 'all'
),

months as (
    select * from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
),

came as (
    {% for basis, event, amount_event in events %}
        select
            '{{ basis }}' as basis,
            months.period_number,
            case components.event when '{{ event }}' then components.amount end as won,
            case components.event when '{{ amount_event }}' then components.amount end
                as amount
        from components
        inner join months
            on components.period_start = months.period_start
        where
            (components.event, components.measure)
            in (('{{ event }}', 'n'), ('{{ amount_event }}', 's'))
        union all
    {% endfor %}
    select distinct
        basis,
        month_end as period_number,
        0 as won,
        0 as amount
    from {{ ref('kpi_forecast_standing') }}
),

firsts as (
    select
        basis,
        min(period_number) as first_number
    from came
    group by all
),

-- a month that brought nobody has none; one without an amount none known
kpi_forecast_outcomes as (
    select
        firsts.basis,
        firsts.first_number,
        months.period_number,
        cast(coalesce(sum(came.won), 0) as double) as won,
        cast(coalesce(sum(came.amount), 0) as double) as amount
    from firsts
    inner join months
        on firsts.first_number <= months.period_number
    left join came
        on
            firsts.basis = came.basis
            and months.period_number = came.period_number
    group by all
)

select * from kpi_forecast_outcomes
