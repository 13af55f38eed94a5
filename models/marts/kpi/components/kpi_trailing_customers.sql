-- grain: one row per grain (quarter, year), period and dimension value (its code).
-- Customers over the twelve months that end with the period: active in them, active at
-- their start, and active at both ends. Twelve months are four quarters, so that sums
-- of quarters go with them.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with activity as (select * from {{ ref('fct_customer_activity') }}),

customer_dimensions as (select * from {{ ref('kpi_customer_dimensions') }}),

clock as (select * from {{ ref('dim_clock') }}),

windows as (
    select
        periods.grain,
        periods.period_start,
        cast(
            case
                when periods.grain = 'year' then periods.period_start
                else periods.period_start - to_months(9)
            end as date
        ) as first_day,
        least(periods.period_end, clock.as_of) as last_day
    from {{ ref('kpi_periods') }} as periods
    cross join clock
    where periods.grain in ('quarter', 'year')
),

placed as (
    select
        windows.grain,
        windows.period_start,
        activity.customer_key,
        bool_or(
            activity.active_from < windows.first_day
            and coalesce(activity.active_to >= windows.first_day - 1, true)
        ) as is_at_start,
        bool_or(coalesce(activity.active_to >= windows.last_day, true)) as is_at_end,
        bool_or(coalesce(activity.active_to >= windows.first_day, true)) as is_within
    from activity
    inner join windows
        on
            activity.active_from <= windows.last_day
            and coalesce(activity.active_to, date '9999-12-31') >= windows.first_day - 1
    group by all
),

described as (
    select
        {% for dimension in dimensions %}
            coalesce(customer_dimensions.{{ dimension }}, {{ unknown_code(dimension) }})
                as {{ dimension }},
        {% endfor %}
        placed.*
    from placed
    left join customer_dimensions
        on placed.customer_key = customer_dimensions.customer_key
),

kpi_trailing_customers as (
    select
        grain,
        period_start,
        {{ grouped_code(dimensions) }},
        count(*) filter (where is_within) as customers_active,
        count(*) filter (where is_at_start) as customers_at_start,
        count(*) filter (where is_at_start and is_at_end) as customers_kept
    from described
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (grain, period_start),
        {% for dimension in dimensions %}
            (grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
)

select * from kpi_trailing_customers
