-- grain: one row per cost and day over which it is spread.
-- Evenly over its days, so that the days of any stretch add up to what a person
-- computes, and all of them to the amount. Rep time (days, and their cost) is spread
-- over its month in the same way. Days outside the calendar of reporting days have no
-- row: `meta.data_quality` says what falls on them.
with costs as (select * from {{ ref('int_costs') }}),

days as (select * from {{ ref('int_reporting_days') }}),

clock as (select * from {{ ref('int_clock') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

spread as (
    select
        costs.*,
        days.day,
        costs.incurred_to - costs.incurred_on + 1 as day_count,
        days.day - costs.incurred_on + 1 as day_number
    from costs
    inner join days
        on
            costs.incurred_on <= days.day
            and costs.incurred_to >= days.day
),

-- what falls on the first days of a cost, to ten decimals: in whole numbers, as the
-- division of decimals is one of floating points. A day's share is the difference of
-- two of these, so that shares add up whatever the rounding
shares as (
    select
        {% for column in ['amount', 'days'] %}
            {% for name, days in [
                ('until', 'day_number'), ('before', 'day_number - 1'),
            ] %}
                cast(
                    cast(
                        cast({{ column }} * 10000000000 as hugeint)
                        * ({{ days }}) // day_count as decimal(38, 0)
                    ) * cast(0.0000000001 as decimal(11, 10)) as decimal(32, 10)
                ) as {{ column }}_{{ name }},
            {% endfor %}
        {% endfor %}
        *
    from spread
),

fct_costs as (
    select
        shares.cost_key,
        shares.kind,
        shares.source,
        shares.cost_id,
        shares.day as spent_on,
        shares.cost_type,
        shares.nature,
        shares.channel,
        shares.campaign_key,
        shares.names_campaign,
        shares.rep_key,
        rep_periods.team,
        shares.names_rep,
        cast(shares.days_until - shares.days_before as decimal(32, 10)) as spent_days,
        cast(shares.amount_until - shares.amount_before as decimal(32, 10))
            as spent_amount,
        shares.currency,
        {{ converted_amount(
            '(shares.amount_until - shares.amount_before)', 'decimal(32, 10)'
        ) }} as converted_amount,
        shares.day > clock.as_of as is_after_as_of
    from shares
    cross join clock
    left join rep_periods
        on
            shares.rep_key = rep_periods.rep_key
            and shares.day >= rep_periods.valid_from
            and shares.day < rep_periods.valid_before
    {{ join_fx_rates('shares.currency', 'shares.day') }}
)

select * from fct_costs
