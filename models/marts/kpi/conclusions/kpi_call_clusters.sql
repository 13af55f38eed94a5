-- grain: one row per month or quarter with calls to prospects whom we know.
-- How much farther apart do the answers of calls lie than those of calls to so many
-- people would? Whoever picks up once picks up again: two calls to one person tell less
-- than calls to two. The variance of what people answered over that of independent
-- calls (the design effect of clusters), of this period and the six before, as standard
-- deviations: never below 1.
with touches as (
    select * from {{ ref('kpi_touches') }}
    where
        is_prospecting_touch
        and touch_channel = 'call'
        and prospect_key is not null
),

calendar as (select * from {{ ref('kpi_calendar') }}),

people as (
    {% for grain in ['month', 'quarter'] %}
        select
            '{{ grain }}' as grain,
            calendar.{{ grain }} as period_start,
            touches.prospect_key,
            count(*) as calls,
            count(case when touches.is_answered_call then 1 end) as answered
        from touches
        inner join calendar
            on touches.day = calendar.day
        group by calendar.{{ grain }}, touches.prospect_key
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

answered as (
    select
        grain,
        period_start,
        sum(calls) as calls,
        cast(sum(answered) as double) / sum(calls) as rate
    from people
    group by all
),

-- exact sums, so that two builds give the same bits
spread as (
    select
        answered.grain,
        answered.period_start,
        sum(cast(
            power(people.answered - people.calls * answered.rate, 2) as decimal(32, 10)
        )) as found,
        cast(
            max(answered.calls * answered.rate * (1 - answered.rate)) as decimal(32, 10)
        ) as by_chance
    from answered
    inner join people
        on
            answered.grain = people.grain
            and answered.period_start = people.period_start
    group by all
),

kpi_call_clusters as (
    select
        grain,
        period_start,
        sqrt(greatest(
            cast(sum(found) over lately as double)
            / nullif(cast(sum(by_chance) over lately as double), 0),
            1
        )) as dispersion
    from spread
    window lately as (
        partition by grain
        order by period_start
        rows between 6 preceding and current row
    )
)

select * from kpi_call_clusters
