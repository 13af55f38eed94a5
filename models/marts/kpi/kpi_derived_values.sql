-- grain: one row per KPI, statistic, grain, period, dimension and dimension value
-- The KPIs that are no ratio of events. Sales velocity: (deals open at the start +
-- created) × deal win rate × average deal amount ÷ mean sales cycle, an amount per day.
-- E-mail and call correlation: over the ISO weeks that begin in the period, empty ones
-- as 0.
with ratios as (
    select
        *,
        numerator / denominator as value
    from {{ ref('kpi_ratios') }}
    where denominator > 0
),

components as (select * from {{ ref('kpi_components') }}),

publications as (select * from {{ ref('kpi_publications') }}),

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

calendar as (
    select distinct
        week,
        quarter,
        year
    from {{ ref('kpi_calendar') }}
    where day = week
),

deals_worked as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        sum(amount) as deals
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

kpi_derived_values as (
    select * from velocity
    union all
    select * from correlation
)

select * from kpi_derived_values
