-- grain: one row per cost and day over which it is spread.
-- Evenly over its days, so that the days of any stretch add up to what a person
-- computes, and all of them to the amount. Rep time (days, and their cost) is spread
-- over its month in the same way. Days outside the calendar of reporting days have no
-- row: `meta.data_quality` says what falls on them.
with costs as (select * from {{ ref('int_costs') }}),

days as (select * from {{ ref('int_reporting_days') }}),

clock as (select * from {{ ref('int_clock') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

-- in whole numbers of ten decimals, as the division of decimals is one of floating
-- points; the division of these long numbers is made once a cost
divided as (
    select
        {% for column in ['amount', 'days'] %}
            cast({{ column }} * 10000000000 as hugeint)
            // (incurred_to - incurred_on + 1) as {{ column }}_a_day,
            cast(
                cast({{ column }} * 10000000000 as hugeint)
                % (incurred_to - incurred_on + 1) as bigint
            ) as {{ column }}_left,
        {% endfor %}
        incurred_to - incurred_on + 1 as day_count,
        *
    from costs
),

spread as (
    select
        divided.*,
        days.day,
        days.day - divided.incurred_on + 1 as day_number
    from divided
    inner join days
        on
            divided.incurred_on <= days.day
            and divided.incurred_to >= days.day
),

-- a day's share is the difference of what falls on the days until it and before it, so
-- that shares add up whatever the rounding: the same for each, and of what is left
shares as (
    select
        {% for column in ['amount', 'days'] %}
            cast(
                cast(
                    {{ column }}_a_day
                    + {{ column }}_left * day_number // day_count
                    - {{ column }}_left * (day_number - 1) // day_count
                    as decimal(38, 0)
                ) * cast(0.0000000001 as decimal(11, 10)) as decimal(32, 10)
            ) as spent_{{ column }},
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
        {{ shown_word('cost_type', 'shares.cost_type') }} as cost_type,
        shares.nature,
        shares.channel,
        shares.campaign_key,
        shares.names_campaign,
        shares.rep_key,
        rep_periods.team,
        shares.names_rep,
        shares.spent_days,
        shares.spent_amount,
        shares.currency,
        {{ converted_amount('shares.spent_amount', 'decimal(32, 10)') }}
            as converted_amount,
        shares.day > clock.as_of as is_after_as_of
    from shares
    cross join clock
    left join rep_periods
        on
            shares.rep_key = rep_periods.rep_key
            and shares.day >= rep_periods.valid_from
            and shares.day < rep_periods.valid_before
    {{ join_shown_word('cost_type', 'shares.cost_type') }}
    {{ join_fx_rates('shares.currency', 'shares.day') }}
)

select * from fct_costs
