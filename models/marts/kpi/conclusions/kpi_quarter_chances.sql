-- grain: one row per quarter that is running or comes next, and measure.
-- Where 80 % of the thousand sums drawn lie, and which share of them reaches the
-- target: with what is signed already, and never quite 0 or 1.
with signed as (select * from {{ ref('kpi_quarter_signed') }}),

goals as (select * from {{ ref('kpi_quarter_goals') }}),

sums as (select * from {{ ref('kpi_quarter_sums') }}),

kpi_quarter_chances as (
    select
        sums.period_start,
        sums.measure,
        quantile_cont(signed.signed + sums.left_to_win, [0.1, 0.9]) as ends,
        case
            when count(goals.target) > 0
                then
                    (
                        count(*) filter (
                            where signed.signed + sums.left_to_win >= goals.target
                        ) + 0.5
                    ) / (count(*) + 1)
        end as chance
    from sums
    inner join signed
        on
            sums.period_start = signed.period_start
            and sums.measure = signed.measure
    left join goals
        on
            sums.period_start = goals.period_start
            and sums.measure = goals.measure
    group by all
)

select * from kpi_quarter_chances
