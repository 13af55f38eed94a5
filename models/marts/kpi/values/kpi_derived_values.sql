-- grain: one row per KPI, statistic, grain, period, dimension and dimension value
-- The KPIs that are no ratio of events. Sales velocity: (deals open at the start +
-- created) × deal win rate × average deal amount ÷ mean sales cycle, an amount per day.
-- E-mail and call correlation: over the ISO weeks that begin in the period, empty ones
-- as 0. Lifetime value: gross margin of twelve months (revenue where no cost is known)
-- per customer active in them × min(1 ÷ their churn, 5 years); over CAC; and the months
-- in which the margin of an active customer pays its CAC back.
with ratios as (
    select
        *,
        numerator / denominator as value
    from {{ ref('kpi_ratios') }}
    where denominator > 0
),

components as (select * from {{ ref('kpi_components') }}),

publications as (select * from {{ ref('kpi_publications') }}),

trailing_customers as (select * from {{ ref('kpi_trailing_customers') }}),

periods as (select * from {{ ref('kpi_periods') }}),

weekly as (
    select
        kpi_id,
        dimension,
        dimension_value,
        period_start as week,
        numerator as touches
    from {{ ref('kpi_ratios') }}
    where
        grain = 'week'
        and kpi_id in ('prospecting_emails', 'calls_to_prospects')
),

first_days as (
    select
        min(day) as day,
        min(year) as year
    from {{ ref('kpi_calendar') }}
),

earlier_days as (
    select
        series.day,
        first_days.year
    from first_days
    cross join lateral ( -- a series per row -- noqa: ST05
        {{ date_series('first_days.year', 'first_days.day - 1') }}
    ) as series
),

-- the weeks of the first year that lie before all events are empty ones too
calendar as (
    select distinct
        week,
        quarter,
        year
    from {{ ref('kpi_calendar') }}
    where day = week
    union all
    select
        day as week,
        cast(
            year + to_months(
                3 * cast(floor(datediff('month', year, day) / 3) as integer)
            ) as date
        ) as quarter,
        year
    from earlier_days
    where day = date_trunc('week', day)
),

deals_worked as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        cast(sum(cast(amount as decimal(32, 10))) as double) as deals
    from components
    where
        (event = 'open_deals' and measure = 'start')
        or (event = 'deal_created' and measure = 'n')
    group by all
),

velocity as (
    select
        publications.kpi_id,
        publications.statistic,
        deals_worked.grain,
        deals_worked.period_start,
        deals_worked.dimension,
        deals_worked.dimension_value,
        deals_worked.deals * win_rates.value * amounts.value / cycles.value as value,
        deals_worked.deals * win_rates.value * amounts.value as numerator,
        cycles.value as denominator,
        win_rates.denominator as sample_size
    from deals_worked
    inner join publications
        on
            publications.kpi_id = 'sales_velocity'
            and deals_worked.dimension = publications.dimension
            and deals_worked.grain = publications.grain
    {% for kpi, relation in [
        ('deal_win_rate', 'win_rates'),
        ('average_deal_amount', 'amounts'),
        ('sales_cycle_days', 'cycles'),
    ] %}
        inner join ratios as {{ relation }}
            on
                {{ relation }}.kpi_id = '{{ kpi }}'
                and {{ relation }}.statistic in ('value', 'mean')
                and deals_worked.grain = {{ relation }}.grain
                and deals_worked.period_start = {{ relation }}.period_start
                and deals_worked.dimension = {{ relation }}.dimension
                and deals_worked.dimension_value = {{ relation }}.dimension_value
    {% endfor %}
    where cycles.value > 0
),

week_pairs as (
    select
        segments.dimension,
        segments.dimension_value,
        calendar.quarter,
        calendar.year,
        coalesce(emails.touches, 0) as emails,
        coalesce(calls.touches, 0) as calls
    from (
        select distinct
            dimension,
            dimension_value
        from weekly
    ) as segments
    cross join calendar
    {% for kpi, relation in [
        ('prospecting_emails', 'emails'), ('calls_to_prospects', 'calls'),
    ] %}
        left join weekly as {{ relation }}
            on
                {{ relation }}.kpi_id = '{{ kpi }}'
                and segments.dimension = {{ relation }}.dimension
                and segments.dimension_value = {{ relation }}.dimension_value
                and calendar.week = {{ relation }}.week
    {% endfor %}
),

correlation as (
    {% for grain in ['quarter', 'year'] %}
        select
            publications.kpi_id,
            publications.statistic,
            '{{ grain }}' as grain,
            week_pairs.{{ grain }} as period_start,
            week_pairs.dimension,
            week_pairs.dimension_value,
            case
                when
                    count(*) >= 6
                    and min(week_pairs.emails) < max(week_pairs.emails)
                    and min(week_pairs.calls) < max(week_pairs.calls)
                    -- of whole numbers, so that the order of the weeks leaves no trace
                    then
                        (
                            count(*) * sum(week_pairs.emails * week_pairs.calls)
                            - sum(week_pairs.emails) * sum(week_pairs.calls)
                        )
                        / sqrt(
                            count(*) * sum(week_pairs.emails * week_pairs.emails)
                            - sum(week_pairs.emails) * sum(week_pairs.emails)
                        )
                        / sqrt(
                            count(*) * sum(week_pairs.calls * week_pairs.calls)
                            - sum(week_pairs.calls) * sum(week_pairs.calls)
                        )
            end as value,
            cast(null as double) as numerator,
            cast(null as double) as denominator,
            cast(count(*) as double) as sample_size
        from week_pairs
        inner join publications
            on
                publications.kpi_id = 'email_call_correlation'
                and week_pairs.dimension = publications.dimension
                and publications.grain = '{{ grain }}'
        group by all
        having sum(week_pairs.emails) + sum(week_pairs.calls) > 0
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- what customers brought, line by line: the margin, or the revenue without a cost
margins as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        sum(cast(
            case when event = 'revenue_cost_known' then -amount else amount end
            as decimal(32, 10)
        )) as margin
    from components
    where
        event in ('revenue', 'margin', 'revenue_cost_known')
        and measure = 's'
        and grain in ('quarter', 'year')
    group by all
),

trailing_margins as (
    select
        trailing_customers.grain,
        trailing_customers.period_start,
        trailing_customers.dimension,
        trailing_customers.dimension_value,
        cast(sum(margins.margin) as double) as margin
    from trailing_customers
    inner join margins
        on
            trailing_customers.grain = margins.grain
            and trailing_customers.dimension = margins.dimension
            and trailing_customers.dimension_value = margins.dimension_value
            and trailing_customers.period_start >= margins.period_start
            and case
                when trailing_customers.grain = 'year'
                    then trailing_customers.period_start
                else trailing_customers.period_start - to_months(9)
            end <= margins.period_start
    group by all
),

lifetimes as (
    select
        trailing_customers.grain,
        trailing_customers.period_start,
        trailing_customers.dimension,
        trailing_customers.dimension_value,
        trailing_margins.margin
        * case
            when
                trailing_customers.customers_kept
                = trailing_customers.customers_at_start
                then 5
            else
                least(
                    trailing_customers.customers_at_start / cast(
                        trailing_customers.customers_at_start
                        - trailing_customers.customers_kept as double
                    ),
                    5
                )
        end as lifetime_margin,
        cast(trailing_customers.customers_active as double) as customers_active
    from trailing_customers
    inner join trailing_margins
        on
            trailing_customers.grain = trailing_margins.grain
            and trailing_customers.period_start = trailing_margins.period_start
            and trailing_customers.dimension = trailing_margins.dimension
            and trailing_customers.dimension_value = trailing_margins.dimension_value
    where
        trailing_customers.customers_at_start > 0
        and trailing_customers.customers_active > 0
),

lifetime_values as (
    select
        publications.kpi_id,
        publications.statistic,
        lifetimes.grain,
        lifetimes.period_start,
        lifetimes.dimension,
        lifetimes.dimension_value,
        lifetimes.lifetime_margin / lifetimes.customers_active as value,
        lifetimes.lifetime_margin as numerator,
        lifetimes.customers_active as denominator,
        lifetimes.customers_active as sample_size
    from lifetimes
    inner join publications
        on
            publications.kpi_id = 'ltv'
            and lifetimes.dimension = publications.dimension
            and lifetimes.grain = publications.grain
),

acquisition_costs as (
    select * from ratios
    where
        kpi_id = 'cac'
        and value > 0
),

monthly_margins as (
    select
        gross_margins.grain,
        gross_margins.period_start,
        gross_margins.dimension,
        gross_margins.dimension_value,
        gross_margins.numerator
        / (datediff('month', periods.period_start, periods.period_end) + 1)
        / customers.numerator as margin
    from {{ ref('kpi_ratios') }} as gross_margins
    inner join {{ ref('kpi_ratios') }} as customers
        on
            customers.kpi_id = 'active_customers'
            and gross_margins.grain = customers.grain
            and gross_margins.period_start = customers.period_start
            and gross_margins.dimension = customers.dimension
            and gross_margins.dimension_value = customers.dimension_value
    inner join periods
        on
            gross_margins.grain = periods.grain
            and gross_margins.period_start = periods.period_start
    where
        gross_margins.kpi_id = 'gross_margin'
        and customers.numerator > 0
),

-- what a customer brings, beside what it costs to win one
yields as (
    select
        'ltv_to_cac' as kpi_id,
        grain,
        period_start,
        dimension,
        dimension_value,
        value as amount
    from lifetime_values
    union all
    select
        'cac_payback_months' as kpi_id,
        grain,
        period_start,
        dimension,
        dimension_value,
        margin as amount
    from monthly_margins
    where margin > 0
),

held_against_cost as (
    select
        publications.kpi_id,
        publications.statistic,
        yields.grain,
        yields.period_start,
        yields.dimension,
        yields.dimension_value,
        case yields.kpi_id
            when 'ltv_to_cac' then yields.amount
            else acquisition_costs.value
        end as numerator,
        case yields.kpi_id
            when 'ltv_to_cac' then acquisition_costs.value
            else yields.amount
        end as denominator,
        acquisition_costs.denominator as sample_size
    from yields
    inner join acquisition_costs
        on
            yields.grain = acquisition_costs.grain
            and yields.period_start = acquisition_costs.period_start
            and yields.dimension = acquisition_costs.dimension
            and yields.dimension_value = acquisition_costs.dimension_value
    inner join publications
        on
            yields.kpi_id = publications.kpi_id
            and yields.dimension = publications.dimension
            and yields.grain = publications.grain
),

kpi_derived_values as (
    select * from velocity
    union all
    select * from correlation
    union all
    select * from lifetime_values
    union all
    select
        kpi_id,
        statistic,
        grain,
        period_start,
        dimension,
        dimension_value,
        numerator / denominator as value,
        numerator,
        denominator,
        sample_size
    from held_against_cost
)

select * from kpi_derived_values
