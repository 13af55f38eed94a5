-- grain: one row per rep and month.
-- How does each rep do, beside the team? The KPIs side by side. A count is 0 when
-- others have one in that month, null when nothing supplies it. `(unknown)` keeps what
-- names no rep, so that the reps add up to everything, but has no rank and no team.
{% set counts = [
    'touches', 'conversations', 'meetings_booked', 'prospects_contacted',
    'leads_obtained', 'qualified_prospects', 'new_customers', 'deals_won', 'revenue',
    'prospecting_cost', 'prospecting_days',
] %}
{% set ratios = ['cohort_conversion_rate', 'deal_win_rate', 'roi', 'retention_rate'] %}
with published_values as (
    select * from {{ ref('kpi_values') }}
    where
        grain = 'month'
        and statistic in ('value', 'in_window')
        and coalesce(is_mature, true)
        and dimension in ('all', 'rep')
        and kpi_id in ({{ quoted_values(counts + ratios) }})
),

reps as (select * from {{ ref('dim_reps') }}),

rep_periods as (select * from {{ ref('dim_rep_periods') }}),

periods as (
    select * from {{ ref('kpi_periods') }}
    where grain = 'month'
),

clock as (select * from {{ ref('dim_clock') }}),

months as (
    select
        {% for kpi in counts + ratios %}
            max(value) filter (where kpi_id = '{{ kpi }}') as {{ kpi }},
        {% endfor %}
        dimension,
        dimension_value,
        period_start
    from published_values
    group by all
),

scored as (
    select
        months.dimension_value as rep,
        coalesce(reps.name, months.dimension_value) as rep_name,
        rep_periods.team,
        periods.is_partial,
        {% for kpi in counts %}
            coalesce(
                months.{{ kpi }},
                case when everybody.{{ kpi }} is not null then 0 end
            ) as {{ kpi }},
        {% endfor %}
        {% for kpi in ratios %}
            months.{{ kpi }},
        {% endfor %}
        months.period_start as month
    from months
    inner join periods
        on months.period_start = periods.period_start
    cross join clock
    left join months as everybody
        on
            months.period_start = everybody.period_start
            and everybody.dimension = 'all'
    left join reps
        on months.dimension_value = reps.rep_id
    left join rep_periods
        on
            reps.rep_key = rep_periods.rep_key
            and least(periods.period_end, clock.as_of) >= rep_periods.valid_from
            and least(periods.period_end, clock.as_of) < rep_periods.valid_before
    where months.dimension = 'rep'
),

kpi_rep_scorecard as (
    select
        month,
        rep,
        rep_name,
        team,
        is_partial,
        {% for kpi in counts + ratios %}
            {{ kpi }},
        {% endfor %}
        {% for kpi in [
            'touches', 'new_customers', 'revenue', 'cohort_conversion_rate',
        ] %}
            case
                when team is not null
                    then median({{ kpi }}) over (partition by month, team)
            end as team_median_{{ kpi }},
        {% endfor %}
        case
            when rep != '(unknown)' and revenue is not null
                then rank() over (
                    partition by month, rep = '(unknown)'
                    order by revenue desc nulls last
                )
        end as revenue_rank
    from scored
)

select * from kpi_rep_scorecard
