-- grain: one row per dimension (channel, campaign) and value, of the twelve months up
-- to as_of.
-- What each channel and campaign cost, directly and by its share of the rest, how much
-- of its budget is used, and what its touches have brought so far; between which bounds
-- (95 %) that lies, with all that is still to come at the upper one.
with costs as (select * from {{ ref('kpi_return_costs') }}),

touches as (select * from {{ ref('kpi_return_touches') }}),

deals as (select * from {{ ref('kpi_return_deals') }}),

budgets as (select * from {{ ref('kpi_return_budgets') }}),

clock as (select * from {{ ref('dim_clock') }}),

cells as (
    select
        dimension,
        dimension_value
    from costs
    union
    select
        dimension,
        dimension_value
    from touches
    union
    select
        dimension,
        dimension_value
    from deals
    union
    select
        dimension,
        dimension_value
    from budgets
    where is_running
),

kpi_return_measures as (
    select
        cells.dimension,
        cells.dimension_value,
        clock.as_of - 364 as from_day,
        clock.as_of as to_day,
        costs.direct_cost,
        costs.allocated_cost,
        costs.direct_cost + costs.allocated_cost as cost_amount,
        budgets.budget_amount,
        budgets.budget_spent / nullif(budgets.budget_amount, 0) as budget_used,
        coalesce(touches.touches, 0) as touches,
        touches.come_share,
        coalesce(deals.deals, 0) as deals,
        coalesce(deals.revenue, 0) as revenue,
        greatest(coalesce(deals.revenue - 1.96 * deals.revenue_error, 0), 0)
            as revenue_low,
        -- of what never happened up to three may be due (95 %)
        greatest(
            coalesce(deals.revenue + 1.96 * deals.revenue_error, 0),
            3 * sum(deals.revenue) over everything
            / nullif(sum(deals.deals) over everything, 0)
        )
        / nullif(touches.come_share, 0) as revenue_high
    from cells
    cross join clock
    left join costs
        on
            cells.dimension = costs.dimension
            and cells.dimension_value = costs.dimension_value
    left join touches
        on
            cells.dimension = touches.dimension
            and cells.dimension_value = touches.dimension_value
    left join deals
        on
            cells.dimension = deals.dimension
            and cells.dimension_value = deals.dimension_value
    left join budgets
        on
            cells.dimension = budgets.dimension
            and cells.dimension_value = budgets.dimension_value
    window everything as (partition by cells.dimension)
)

select * from kpi_return_measures
