-- grain: one row per check, source, entity and currency of what computing left out.
-- What falls on days outside the calendar, in money, and products of two cells that are
-- too large to be an amount.
{% set money_of = {'cost': ('costs', 'amount'), 'rep_time': ('rep_time', 'days')} %}
with calendar as (
    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_reporting_days') }}
),

clock as (select * from {{ ref('int_clock') }}),

spent as (
    select
        cost_key,
        sum(spent_amount) as spent_amount
    from {{ ref('fct_costs') }}
    group by all
),

costs as (
    select
        entries.kind,
        entries.source,
        coalesce(upper(entries.currency), clock.currency) as currency,
        entries.amount is null as is_too_large,
        entries.amount - coalesce(spent.spent_amount, 0) as amount_left,
        entries.incurred_on < calendar.first_day
        or entries.incurred_to > calendar.last_day as is_outside
    from {{ ref('int_costs') }} as entries
    cross join calendar
    cross join clock
    left join spent
        on entries.cost_key = spent.cost_key
),

order_lines as (
    select source
    from {{ ref('int_order_lines') }}
    where net_amount is null
),

meta_cost_findings as (
    {% for kind, (entity, column) in money_of.items() %}
        select
            {{ finding(
                'outside_calendar', entity, "'" ~ column ~ "'", 'currency',
                'amount_left', rows=false
            ) }}
        from costs
        where
            kind = '{{ kind }}'
            and is_outside
        group by all
        union all
        select
            {{ finding(
                'amount_too_large', entity, "'" ~ column ~ "'", 'currency', rows=false
            ) }}
        from costs
        where
            kind = '{{ kind }}'
            and is_too_large
        group by all
        union all
    {% endfor %}
    select
        {{ finding(
            'amount_too_large', 'order_lines', "'unit_price'",
            "'quantity × unit price'", rows=false
        ) }}
    from order_lines
    group by all
)

select * from meta_cost_findings
