-- grain: one row per statistic, grain, period, dimension and dimension value.
-- (Deals open at the start + created) × deal win rate × average deal amount ÷ mean
-- sales cycle: an amount per day.
with components as (select * from {{ ref('kpi_components') }}),

ratios as (
    select
        *,
        numerator / denominator as value
    from {{ ref('kpi_ratios') }}
    where denominator > 0
),

publications as (
    select * from {{ ref('kpi_publications') }}
    where kpi_id = 'sales_velocity'
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

kpi_sales_velocity as (
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
            deals_worked.dimension = publications.dimension
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
)

select * from kpi_sales_velocity
