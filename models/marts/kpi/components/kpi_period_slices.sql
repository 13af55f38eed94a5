-- grain: one row per event, grain, period, dimension and dimension value.
-- Customers that are counted once per period and are no sum of days: those that ordered
-- in it (`customer_ordering`), those lost in it (`customer_churned`), the last NPS
-- answer of each respondent, and the contract amounts of those under contract at its
-- start.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with churned as (select * from {{ ref('kpi_churned_customers') }}),

contract_periods as (select * from {{ ref('kpi_contract_periods') }}),

nps_answers as (
    select
        *,
        coalesce(
            cast(prospect_key as varchar),
            -- null with an unknown customer, which concat is not
            'customer ' || customer_key,
            concat('answer ', source, ' ', voice_id)
        ) as respondent
    from {{ ref('fct_customer_voices') }}
    where
        kind = 'survey_response'
        and topic = 'nps'
        and not is_test
        and not is_after_as_of
),

orders as (
    select * from {{ ref('fct_orders') }}
    where
        status = 'placed'
        and customer_key is not null
        and not is_test
        and not is_after_as_of
),

calendar as (select * from {{ ref('kpi_calendar') }}),

customer_dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

ordering as (
    select distinct
        orders.customer_key,
        unnest(['day', 'week', 'half_month', 'month', 'quarter', 'year']) as grain,
        unnest([
            calendar.day,
            calendar.week,
            calendar.half_month,
            calendar.month,
            calendar.quarter,
            calendar.year
        ]) as period_start
    from orders
    inner join calendar
        on orders.ordered_on = calendar.day
),

placed_answers as (
    select
        nps_answers.*,
        unnest(['day', 'week', 'half_month', 'month', 'quarter', 'year']) as grain,
        unnest([
            calendar.day,
            calendar.week,
            calendar.half_month,
            calendar.month,
            calendar.quarter,
            calendar.year
        ]) as period_start
    from nps_answers
    inner join calendar
        on nps_answers.said_on = calendar.day
),

-- the last one of all, and the last one given as a new customer
ranked_answers as (
    select
        *,
        row_number() over (
            partition by respondent, grain, period_start
            order by said_on desc, said_at desc, source asc, voice_id desc
        ) = 1 as is_last,
        is_new_customer
        and row_number() over (
            partition by respondent, grain, period_start, is_new_customer
            order by said_on desc, said_at desc, source asc, voice_id desc
        ) = 1 as is_last_as_new_customer
    from placed_answers
),

events as (
    select
        'customer_ordering' as event,
        customer_key,
        grain,
        period_start,
        cast(null as decimal(32, 10)) as amount
    from ordering
    union all
    select
        'customer_churned' as event,
        customer_key,
        grain,
        period_start,
        null as amount
    from churned
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
        from ranked_answers
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
),

described as (
    select
        {% for dimension in dimensions %}
            coalesce(customer_dimensions.{{ dimension }}, '(unknown)')
                as {{ dimension }},
        {% endfor %}
        events.*
    from events
    left join customer_dimensions
        on events.customer_key = customer_dimensions.customer_key
),

sliced as (
    select
        event,
        grain,
        period_start,
        {{ dimension_columns(dimensions) }},
        count(*) as n,
        sum(amount) as s
    from described
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (event, grain, period_start),
        {% for dimension in dimensions %}
            (event, grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_period_slices as (
    select
        event,
        grain,
        period_start,
        dimension,
        dimension_value,
        n,
        s
    from sliced
    where {{ published_grain('dimension', 'grain') }}
)

select * from kpi_period_slices
