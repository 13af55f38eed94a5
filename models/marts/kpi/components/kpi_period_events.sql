-- grain: one row per event, customer (of an answer: answer), grain and period.
-- What is counted once per period and is no sum of days: customers that ordered in it
-- (`customer_ordering`), those lost in it (`customer_churned`), the last NPS answer of
-- each respondent, and the contract amounts of those under contract at its start.
with churned as (select * from {{ ref('kpi_churned_customers') }}),

contract_periods as (select * from {{ ref('kpi_contract_periods') }}),

nps_answers as (select * from {{ ref('kpi_nps_answers') }}),

orders as (
    select * from {{ ref('fct_orders') }}
    where
        status = 'placed'
        and not is_credit_note
        and customer_key is not null
        and not is_test
        and not is_after_as_of
),

calendar as (select * from {{ ref('kpi_calendar') }}),

ordering as (
    select distinct
        orders.customer_key,
        grains.grain,
        {{ start_of_grain(kpi_grains()) }} as period_start
    from orders
    inner join calendar
        on orders.ordered_on = calendar.day
    cross join {{ rows_of_grains(kpi_grains()) }}
),

kpi_period_events as (
    {% for event, relation in [
        ('customer_ordering', 'ordering'), ('customer_churned', 'churned'),
    ] %}
        select
            '{{ event }}' as event,
            customer_key,
            grain,
            period_start,
            cast(null as decimal(32, 10)) as amount
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
    {% for prefix, condition in [
        ('', 'is_last'), ('new_customer_', 'is_last_as_new_customer'),
    ] %}
        union all
        select
            unnest(case
                when score >= 9
                    then [
                        '{{ prefix }}nps_answer',
                        '{{ prefix }}nps_promoter'
                    ]
                when score <= 6
                    then [
                        '{{ prefix }}nps_answer',
                        '{{ prefix }}nps_detractor'
                    ]
                else ['{{ prefix }}nps_answer']
            end) as event,
            customer_key,
            grain,
            period_start,
            null as amount
        from nps_answers
        where {{ condition }}
    {% endfor %}
    {% for event, amount in [
        ('contract_amount_start', 'start_amount'),
        ('contract_amount_end', 'end_amount'),
        ('contract_amount_kept', 'kept_amount'),
    ] %}
        union all
        select
            '{{ event }}' as event,
            customer_key,
            grain,
            period_start,
            {{ amount }} as amount
        from contract_periods
    {% endfor %}
)

select * from kpi_period_events
