-- grain: one row per event, customer (of an answer: answer), grain and period.
-- What is counted once per period and is no sum of days: customers that ordered in it
-- (`customer_ordering`), those lost in it (`customer_churned`), the last NPS answer of
-- each respondent, and the contract amounts of those under contract at its start. The
-- record behind it is a sale's key (of several one), of an answer its id.
with churned as (select * from {{ ref('kpi_churned_customers') }}),

contract_periods as (select * from {{ ref('kpi_contract_periods') }}),

nps_answers as (select * from {{ ref('kpi_nps_answers') }}),

orders as (select * from {{ ref('kpi_customer_orders') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

ordering as (
    select
        orders.customer_key,
        grains.grain,
        {{ start_of_grain(kpi_grains()) }} as period_start,
        'orders' as record_entity,
        min(orders.order_key) as record_key
    from orders
    inner join calendar
        on orders.ordered_on = calendar.day
    cross join {{ rows_of_grains(kpi_grains()) }}
    group by all
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
            cast(null as decimal(32, 10)) as amount,
            record_entity,
            record_key,
            cast(null as varchar) as answer_source,
            cast(null as varchar) as answer_id
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
    {% for prefix, condition, event, scores in [
        ('', 'is_last', 'nps_answer', 'true'),
        ('', 'is_last', 'nps_promoter', 'score >= 9'),
        ('', 'is_last', 'nps_detractor', 'score <= 6'),
        ('new_customer_', 'is_last_as_new_customer', 'nps_answer', 'true'),
        ('new_customer_', 'is_last_as_new_customer', 'nps_promoter', 'score >= 9'),
        ('new_customer_', 'is_last_as_new_customer', 'nps_detractor', 'score <= 6'),
    ] %}
        union all
        select
            '{{ prefix }}{{ event }}' as event,
            customer_key,
            grain,
            period_start,
            null as amount,
            'survey_responses' as record_entity,
            null as record_key,
            source as answer_source,
            voice_id as answer_id
        from nps_answers
        where {{ scores }} and {{ condition }}
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
            {{ amount }} as amount,
            'contracts' as record_entity,
            contract_key as record_key,
            null as answer_source,
            null as answer_id
        from contract_periods
    {% endfor %}
)

select * from kpi_period_events
