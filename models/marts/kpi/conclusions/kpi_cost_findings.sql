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
        period_start,
        'all' as dimension,
        'all' as dimension_value,
        not_allotted / cost as value,
        cast(null as double) as expected_value,
        cast(null as double) as sample_size,
        cast(null as double) as worth_customers,
        not_allotted as worth_amount,
        cast(null as double) as worth_cases,
        last_day(period_start + to_months(2)) as known_from,
        last_day(period_start + to_months(5)) as known_until
    from spent
    where
        campaigns > 0
        and cost > 0
        and not_allotted >= cost / 2
)

select * from kpi_cost_findings
