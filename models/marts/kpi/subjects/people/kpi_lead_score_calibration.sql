-- grain: one row per band of the lead score.
-- Do high scores really become customers? What became, within 180 days, of the
-- prospects who were open 180, 270, 360 and 450 days before as_of, by the score that
-- they had on that day, which knows nothing of what came after. Who was open on more
-- than one counts on each.
with scores as (select * from {{ ref('kpi_prospect_scores') }}),

prospects as (select * from {{ ref('dim_prospects') }}),

clock as (select * from {{ ref('dim_clock') }}),

counted as (
    select
        {{ score_band('scores.score') }} as band,
        count(*) as prospects,
        count(distinct scores.prospect_key) as people,
        count(*) filter (
            where prospects.won_on <= clock.as_of - days.days_before + 180
        ) as customers
    from scores
    inner join (
        values
        {% for days in calibration_days() %}
            ('{{ score_instant(days) }}', {{ days }}){{ ',' if not loop.last }}
        {% endfor %}
    ) as days (instant, days_before)
        on scores.instant = days.instant
    inner join prospects
        on scores.prospect_key = prospects.prospect_key
    cross join clock
    group by all
),

kpi_lead_score_calibration as (
    select
        band,
        prospects,
        customers,
        cast(customers as double) / prospects as conversion_rate,
        case
            when people >= 30
                then
                    cast(customers as double) / prospects
                    / nullif(
                        sum(customers) over ()
                        / cast(sum(prospects) over () as double),
                        0
                    )
        end as lift,
        people >= 30 as is_reliable
    from counted
)

select * from kpi_lead_score_calibration
