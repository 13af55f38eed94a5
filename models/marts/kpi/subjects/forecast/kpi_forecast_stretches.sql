-- grain: one row per basis, stage and months of entering it, of the beginning, of
-- coming to stand there, of leaving it and of winning.
-- How many people or deals did so. `cohorts`: contacted people by their furthest stage,
-- up to customer-since; `pipeline`: deals by their stage, as far as it was known then,
-- but for those in a stage that nothing tells to be open, won or lost.
{% set stages = prospect_stages()[1:-1] %}
with customers as (select * from {{ ref('dim_customers') }}),

paths as (
    select * from {{ ref('kpi_prospect_paths') }}
    where contacted_on >= date '1970-01-01'
),

-- in a stage that only a load showed a deal may have been since its beginning
openings as (
    select
        *,
        min(open_from) over (partition by deal_key) as began_on,
        min(coalesce(entered_on, date '0001-01-01'))
            over (partition by deal_key, stage) as stage_from
    from {{ ref('fct_deal_stage_openings') }}
),

won_deals as (
    select * from {{ ref('fct_deals') }}
    where
        status = 'won'
        and not is_test
        and not is_after_as_of
),

stretches as (
    {% for stage in stages %}
        select
            'cohorts' as basis,
            '{{ stage }}' as stage,
            greatest(paths.{{ stage }}_on, paths.contacted_on) as entered_on,
            paths.contacted_on as began_on,
            greatest(paths.{{ stage }}_on, paths.contacted_on) as stands_from,
            least(
                {% for later in stages[loop.index:] %}
                    paths.{{ later }}_on,
                {% endfor %}
                customers.customer_since_on,
                date '9999-12-31'
            ) as stands_before,
            customers.customer_since_on as won_on
        from paths
        left join customers
            on paths.prospect_key = customers.won_prospect_key
        where paths.{{ stage }}_on is not null
        union all
    {% endfor %}
    select
        'pipeline' as basis,
        coalesce(openings.stage, '(unknown)') as stage,
        greatest(openings.stage_from, openings.began_on) as entered_on,
        openings.began_on,
        openings.open_from as stands_from,
        openings.open_before as stands_before,
        won_deals.closed_on as won_on
    from openings
    left join won_deals
        on openings.deal_key = won_deals.deal_key
    where not openings.is_stage_unknown
),

kpi_forecast_stretches as (
    select
        basis,
        stage,
        cast(date_trunc('month', entered_on) as date) as entered_month,
        cast(date_trunc('month', began_on) as date) as began_month,
        cast(date_trunc('month', stands_from) as date) as from_month,
        cast(date_trunc('month', stands_before) as date) as before_month,
        cast(date_trunc('month', won_on) as date) as won_month,
        count(*) as standing
    from stretches
    group by all
)

select * from kpi_forecast_stretches
