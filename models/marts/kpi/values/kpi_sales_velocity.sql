-- grain: one row per statistic, grain, period and dimension value (its code).
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
        value_code,
        cast(sum(cast(amount as decimal(32, 10))) as double) as deals
    from components
    where
        (event = 'open_deals' and measure = 'start')
        or (event = 'deal_created' and measure = 'n')
    group by all
),

kpi_sales_velocity as (
    select
        publications.publication_key,
        publications.kpi_id,
        publications.statistic,
        deals_worked.grain,
        deals_worked.period_start,
        deals_worked.value_code,
        deals_worked.deals * win_rates.value * amounts.value / cycles.value as value,
        deals_worked.deals * win_rates.value * amounts.value as numerator,
        cycles.value as denominator,
        win_rates.denominator as sample_size
    from deals_worked
    inner join publications
        on
            {{ first_code_of('deals_worked.value_code') }} = publications.first_code
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
                and deals_worked.value_code = {{ relation }}.value_code
    {% endfor %}
    where cycles.value > 0
)

select * from kpi_sales_velocity
