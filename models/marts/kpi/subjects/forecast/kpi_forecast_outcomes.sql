-- grain: one row per basis and complete month after the first one in which somebody
-- won.
-- How many won in it, and for how much. The months up to the first win tell nothing: an
-- export that begins there shows none, a part of a month, or a backlog.
{% set events = [
    ('cohorts', 'customer_new', 'new_customer_revenue'),
    ('pipeline', 'deal_won', 'deal_won_amount'),
] %}
with components as (
    select * from {{ ref('kpi_components') }}
    where
        grain = 'month'
        and value_code = 0
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
        min(period_number) as first_number,
        min(period_number) filter (where won > 0) as first_won_number
    from came
    group by all
),

-- a month that brought nobody has none; one without an amount none known
kpi_forecast_outcomes as (
    select
        firsts.basis,
        firsts.first_number,
        months.period_number,
        months.period_number - firsts.first_won_number as months_known,
        cast(coalesce(sum(came.won), 0) as double) as won,
        cast(coalesce(sum(came.amount), 0) as double) as amount
    from firsts
    inner join months
        on firsts.first_won_number < months.period_number
    left join came
        on
            firsts.basis = came.basis
            and months.period_number = came.period_number
    group by all
)

select * from kpi_forecast_outcomes
