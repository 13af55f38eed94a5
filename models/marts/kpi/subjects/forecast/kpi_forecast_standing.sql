-- grain: one row per basis, month's end, stage, months in it and months until winning:
-- who, or which deals, stood there and how long they still took.
-- `cohorts`: contacted people by the furthest stage that they had reached, up to
-- customer-since; `pipeline`: deals by the stage in which they were open. Months are
-- complete ones, and three in a stage stand for three or more.
{% set stages = prospect_stages()[1:-1] %}
with customers as (
    select * from {{ ref('dim_customers') }}
    where customer_since_on is not null
),

paths as (
    select * from {{ ref('kpi_prospect_paths') }}
    where contacted_on >= date '1970-01-01'
),

openings as (
    select
        *,
        min(open_from) over (partition by deal_key, stage) as entered_on
    from {{ ref('fct_deal_stage_openings') }}
),

won_deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

months as (
    select * from {{ ref('kpi_periods') }}
    where
        grain = 'month'
        and not is_partial
),

-- a stage is left for a later one, or for winning
stretches as (
    {% for stage in stages %}
        select
            'cohorts' as basis,
            '{{ stage }}' as stage,
            greatest(paths.{{ stage }}_on, paths.contacted_on) as entered_on,
            greatest(paths.{{ stage }}_on, paths.contacted_on) as open_from,
            least(
                {% for later in stages[loop.index:] %}
                    paths.{{ later }}_on,
                {% endfor %}
                customers.customer_since_on,
                date '9999-12-31'
            ) as open_before,
            customers.customer_since_on as won_on,
            0 as amount,
            0 as won_amount
        from paths
        left join customers
            on paths.prospect_key = customers.won_prospect_key
        where paths.{{ stage }}_on is not null
        union all
    {% endfor %}
    select
        'pipeline' as basis,
        coalesce(openings.stage, '(unknown)') as stage,
        openings.entered_on,
        openings.open_from,
        openings.open_before,
        won_deals.closed_on as won_on,
        coalesce(openings.converted_amount, 0) as amount,
        coalesce(won_deals.converted_amount, 0) as won_amount
    from openings
    left join won_deals
        on openings.deal_key = won_deals.deal_key
),

counted as (
    select
        basis,
        stage,
        date_trunc('month', entered_on) as entered_month,
        date_trunc('month', open_from) as from_month,
        date_trunc('month', open_before) as before_month,
        date_trunc('month', won_on) as won_month,
        count(*) as standing,
        sum(amount) as amount,
        -- an exact sum, so that two builds give the same bits
        sum(cast(power(cast(amount as double), 2) as decimal(38, 4))) as squared_amount,
        sum(won_amount) as won_amount
    from stretches
    group by all
),

kpi_forecast_standing as (
    select
        counted.basis,
        months.period_number as month_end,
        counted.stage,
        least(date_diff('month', counted.entered_month, months.period_start), 3)
            as months_in_stage,
        won_months.period_number - months.period_number as months_to_win,
        cast(sum(counted.standing) as bigint) as standing,
        cast(sum(counted.amount) as double) as amount,
        cast(sum(counted.squared_amount) as double) as squared_amount,
        cast(sum(counted.won_amount) as double) as won_amount
    from counted
    inner join months
        on
            counted.from_month <= months.period_start
            and counted.before_month > months.period_start
    left join months as won_months
        on counted.won_month = won_months.period_start
    group by all
)

select * from kpi_forecast_standing
