-- grain: one row per grain and period from the first event up to as_of
with calendar as (select * from {{ ref('kpi_calendar') }}),

clock as (select * from {{ ref('dim_clock') }}),

periods as (
    {% for grain in kpi_grains() %}
        select distinct
            '{{ grain }}' as grain,
            {{ grain }} as period_start
        from calendar
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

bounded as (
    select
        periods.grain,
        periods.period_start,
        {{ last_day_of_period('periods.grain', 'periods.period_start') }} as period_end,
        cast(case periods.grain
            when 'day' then periods.period_start - 1
            when 'week' then periods.period_start - 7
            when 'half_month'
                then
                    case
                        when extract(day from periods.period_start) = 1
                            then periods.period_start - to_months(1) + to_days(15)
                        else date_trunc('month', periods.period_start)
                    end
            when 'month' then periods.period_start - to_months(1)
            when 'quarter' then periods.period_start - to_months(3)
            else periods.period_start - to_months(12)
        end as date) as previous_start,
        cast(case
            when periods.grain = 'week' then periods.period_start - 364
            else periods.period_start - to_months(12)
        end as date) as year_ago_start
    from periods
),

kpi_periods as (
    select
        bounded.grain,
        bounded.period_start,
        bounded.period_end,
        bounded.previous_start,
        bounded.year_ago_start,
        cast(row_number() over (
            partition by bounded.grain
            order by bounded.period_start
        ) as integer) as period_number,
        clock.as_of < bounded.period_end as is_partial
    from bounded
    cross join clock
)

select * from kpi_periods
