-- grain: one row per band of the lead score at qualification
-- What became, within 180 days, of those qualified at least 180 days before as_of: the
-- score knows nothing of what came after the qualification.
with scores as (
    select * from {{ ref('kpi_prospect_scores') }}
    where instant = 'qualification'
),

paths as (select * from {{ ref('kpi_prospect_paths') }}),

clock as (select * from {{ ref('dim_clock') }}),

counted as (
    select
        {{ score_band('scores.score') }} as band,
        count(*) as prospects,
        count(*) filter (where paths.won_on <= paths.qualified_on + 180) as customers
    from scores
    inner join paths
        on scores.prospect_key = paths.prospect_key
    cross join clock
    where paths.qualified_on + 180 <= clock.as_of
    group by all
),

kpi_lead_score_calibration as (
    select
        band,
        prospects,
        customers,
        cast(customers as double) / prospects as conversion_rate,
        cast(customers as double) / prospects
        / nullif(
            sum(customers) over () / cast(sum(prospects) over () as double), 0
        ) as lift,
        prospects >= 30 as is_reliable
    from counted
)

select * from kpi_lead_score_calibration
