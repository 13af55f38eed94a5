-- grain: one row per KPI, grain and period whose value could not be another one.
-- Nobody is lost while no customer's first year is over and no contract has ended; of
-- contracts none shrinks before one has ended; where no rule of the lead score ever
-- applied all score 0; where every qualified prospect was won only winners are told of.
with activity as (select * from {{ ref('fct_customer_activity') }}),

contracts as (
    select * from {{ ref('fct_contracts') }}
    where
        not is_test
        and not is_after_as_of
),

scores as (select * from {{ ref('kpi_prospect_scores') }}),

paths as (select * from {{ ref('kpi_prospect_paths') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

seen as (
    select
        (select min(activity.active_from) from activity) as first_active_on,
        (select min(contracts.ended_on) from contracts) as first_ended_on,
        (
            select count(*) from scores
            where
                scores.instant = 'qualification'
                and scores.rule_ids != ''
        ) > 0 as has_scored,
        (
            select count(*) from paths
            where
                paths.qualified_on is not null
                and paths.won_on is null
        ) > 0 as has_unwon
),

judged as (
    select
        periods.grain,
        periods.period_start,
        coalesce(
            seen.first_ended_on <= least(periods.period_end, clock.as_of), false
        ) as has_ended,
        least(periods.period_end, clock.as_of) - seen.first_active_on >= 365
            as is_a_year_old,
        seen.has_scored,
        seen.has_unwon
    from periods
    cross join seen
    cross join clock
),

kpi_values_by_construction as (
    {% for condition, kpis in [
        (
            'has_ended or is_a_year_old',
            ['retention_rate', 'churn_rate', 'ltv', 'ltv_to_cac'],
        ),
        ('has_ended', ['gross_revenue_retention', 'net_revenue_retention']),
        ('has_scored', ['average_lead_score']),
        ('has_unwon', ['lead_conversion_rate']),
    ] %}
        select
            unnest([{{ quoted_values(kpis) }}]) as kpi_id,
            grain,
            period_start
        from judged
        where not coalesce({{ condition }}, false)
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_values_by_construction
