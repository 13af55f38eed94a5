-- A failure means that the days of a cost do not add up to it, to the last cent.
with costs as (select * from {{ ref('int_costs') }}),

spread as (
    select
        cost_key,
        sum(spent_amount) as spent_amount,
        sum(spent_days) as spent_days
    from {{ ref('fct_costs') }}
    group by all
)

select
    costs.cost_key,
    costs.amount,
    spread.spent_amount,
    costs.days,
    spread.spent_days
from costs
left join spread
    on costs.cost_key = spread.cost_key
where
    costs.amount is distinct from spread.spent_amount
    or costs.days is distinct from spread.spent_days
