-- grain: one row per finding about costs: a quarter of which half or more names no
-- campaign.
-- Only complete quarters in which a campaign has any: elsewhere there is nothing that
-- costs could be allotted to.
with published_values as (
    select * from {{ ref('kpi_values') }}
    where
        kpi_id = 'prospecting_cost'
        and grain = 'quarter'
        and not is_partial
        and dimension in ('all', 'campaign')
),

periods as (
    select * from {{ ref('kpi_periods') }}
    where grain = 'quarter'
),

spent as (
    select
        period_start,
        max(value) filter (where dimension = 'all') as cost,
        max(value) filter (where dimension_value = '(unknown)') as not_allotted,
        count(*) filter (
            where dimension = 'campaign' and dimension_value != '(unknown)'
        ) as campaigns
    from published_values
    group by period_start
),

kpi_cost_findings as (
    select
        'campaigns' as page,
        'unallotted_cost' as kind,
        'prospecting_cost' as subject,
        'quarter' as grain,
        spent.period_start,
        'all' as dimension,
        'all' as dimension_value,
        spent.not_allotted / spent.cost as value,
        cast(null as double) as expected_value,
        cast(null as double) as sample_size,
        cast(null as double) as worth_customers,
        spent.not_allotted as worth_amount,
        cast(null as double) as worth_cases,
        periods.period_end as known_from,
        periods.period_end + 92 as known_until
    from spent
    inner join periods
        on spent.period_start = periods.period_start
    where
        spent.campaigns > 0
        and spent.cost > 0
        and spent.not_allotted >= spent.cost / 2
)

select * from kpi_cost_findings
