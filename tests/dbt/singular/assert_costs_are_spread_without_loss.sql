-- A failure means that the days of a cost do not add up to it: to the last digit when
-- the calendar has all of them, else to the part that falls on those that it has.
with calendar as (
    select
        min(day) as first_day,
        max(day) as last_day
    from {{ ref('int_reporting_days') }}
),

costs as (
    select
        entries.*,
        entries.incurred_to - entries.incurred_on + 1 as day_count,
        greatest(
            least(entries.incurred_to, calendar.last_day)
            - greatest(entries.incurred_on, calendar.first_day)
            + 1,
            0
        ) as days_in_calendar
    from {{ ref('int_costs') }} as entries
    cross join calendar
),

spread as (
    select
        cost_key,
        sum(spent_amount) as spent_amount,
        sum(spent_days) as spent_days
    from {{ ref('fct_costs') }}
    group by all
)

select
    costs.source,
    costs.kind,
    costs.cost_id,
    costs.incurred_on,
    costs.incurred_to,
    costs.amount,
    spread.spent_amount,
    costs.days,
    spread.spent_days
from costs
left join spread
    on costs.cost_key = spread.cost_key
where
    case
        when costs.days_in_calendar = costs.day_count
            then
                costs.amount is distinct from spread.spent_amount
                or costs.days is distinct from spread.spent_days
        when costs.days_in_calendar = 0 then spread.cost_key is not null
        else
            not coalesce(
                abs(
                    spread.spent_amount
                    - costs.amount * costs.days_in_calendar / costs.day_count
                ) <= 1e-6 + 1e-12 * abs(costs.amount),
                costs.amount is null
            )
    end
