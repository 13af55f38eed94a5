-- grain: one row per month of first contact, stage and whole months since.
-- How far do the prospects contacted in a month get, and how fast? The prospects who
-- had reached the stage, or a later one, when their own first contact was that many
-- months ago (0: that very day).
{% set stage_days = [] %}
{% for stage in prospect_stages() %}
    {% do stage_days.append(stage ~ '_on') %}
{% endfor %}
with paths as (
    select * from {{ ref('kpi_prospect_paths') }}
    where contacted_on >= date '1970-01-01'
),

clock as (select * from {{ ref('dim_clock') }}),

-- a stage that nobody supplies would only repeat the next one
later_stages as (
    select * from {{ ref('kpi_funnel_supply') }}
    where
        is_supplied
        and stage_order > 2
),

passed as (
    {% for stage in prospect_stages()[2:] %}
        select
            cast(date_trunc('month', contacted_on) as date) as contacted_month,
            contacted_on,
            '{{ stage }}' as stage,
            greatest(
                {{ least_of(stage_days[loop.index + 1:]) }},
                contacted_on
            ) as passed_on
        from paths
        where reached_stage_order >= {{ loop.index + 2 }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- the first number of months by which the day had come
arrivals as (
    select
        contacted_month,
        stage,
        date_sub('month', contacted_on, passed_on)
        + cast(
            contacted_on + to_months(
                cast(date_sub('month', contacted_on, passed_on) as integer)
            ) < passed_on as integer
        ) as months_since,
        count(*) as arrived
    from passed
    group by all
),

cohorts as (
    select
        cast(date_trunc('month', paths.contacted_on) as date) as contacted_month,
        any_value(clock.as_of) as as_of,
        count(*) as contacted
    from paths
    cross join clock
    group by all
),

ages as (
    select
        contacted_month,
        contacted,
        as_of,
        unnest(generate_series(0, date_diff('month', contacted_month, as_of) + 1))
            as months_since
    from cohorts
),

kpi_funnel_cohorts as (
    select
        ages.contacted_month,
        later_stages.stage,
        later_stages.stage_order,
        ages.months_since,
        ages.contacted,
        cast(sum(coalesce(arrivals.arrived, 0)) over up_to_now as bigint) as reached,
        sum(coalesce(arrivals.arrived, 0)) over up_to_now
        / cast(ages.contacted as double) as cumulative_rate,
        last_day(ages.contacted_month) + to_months(cast(ages.months_since as integer))
        <= ages.as_of as is_complete
    from ages
    cross join later_stages
    left join arrivals
        on
            ages.contacted_month = arrivals.contacted_month
            and later_stages.stage = arrivals.stage
            and ages.months_since = arrivals.months_since
    window up_to_now as (
        partition by ages.contacted_month, later_stages.stage
        order by ages.months_since
    )
)

select * from kpi_funnel_cohorts
