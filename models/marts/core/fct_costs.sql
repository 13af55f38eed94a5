-- grain: one row per cost and day over which it is spread.
-- Evenly over its days, to the cent; the last day takes the rounding rest. Rep time
-- (days, and their cost) is spread over its month in the same way.
with costs as (select * from {{ ref('int_costs') }}),

days as (select * from {{ ref('int_reporting_days') }}),

clock as (select * from {{ ref('int_clock') }}),

rep_periods as (select * from {{ ref('int_rep_periods') }}),

spread as (
    select
        costs.*,
        days.day,
        costs.incurred_to - costs.incurred_on + 1 as day_count,
        days.day = costs.incurred_to as is_last_day
    from costs
    inner join days
        on
            costs.incurred_on <= days.day
            and costs.incurred_to >= days.day
),

shares as (
    select
        *,
        round(amount / day_count, 2) as day_amount,
        round(days / day_count, 4) as day_days
    from spread
),

amounts as (
    select
        *,
        cast(
            case
                when is_last_day then amount - day_amount * (day_count - 1)
                else day_amount
            end as decimal(24, 6)
        ) as spent_amount,
        cast(
            case
                when is_last_day then days - day_days * (day_count - 1)
                else day_days
            end as decimal(24, 6)
        ) as spent_days
    from shares
),

fct_costs as (
    select
        amounts.cost_key,
        amounts.kind,
        amounts.source,
        amounts.cost_id,
        amounts.day as spent_on,
        amounts.cost_type,
        amounts.nature,
        amounts.channel,
        amounts.campaign_key,
        amounts.names_campaign,
        amounts.rep_key,
        rep_periods.team,
        amounts.names_rep,
        amounts.spent_days,
        amounts.spent_amount,
        amounts.currency,
        {{ converted_amount('amounts.spent_amount') }} as converted_amount,
        amounts.day > clock.as_of as is_after_as_of
    from amounts
    cross join clock
    left join rep_periods
        on
            amounts.rep_key = rep_periods.rep_key
            and amounts.day >= rep_periods.valid_from
            and amounts.day < rep_periods.valid_before
    {{ join_fx_rates('amounts.currency', 'amounts.day') }}
)

select * from fct_costs
