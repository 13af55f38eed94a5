-- grain: one row per quarter that is running or comes next.
-- Of the people contacted now, how many become customers before it ends? As many as, of
-- those of the last twelve months that have been followed for so long, had within as
-- many months; with Wilson's 95 % interval.
with months as (select * from {{ ref('kpi_quarter_months') }}),

cohorts as (
    select * from {{ ref('kpi_funnel_cohorts') }}
    where
        stage = 'won'
        and is_complete
),

clock as (select * from {{ ref('dim_clock') }}),

quarters as (
    select distinct
        months.period_start,
        date_sub('month', clock.as_of + 1, months.period_end + 1) as months_to_go
    from months
    cross join clock
),

followed as (
    select
        quarters.period_start,
        quarters.months_to_go,
        cohorts.contacted,
        cohorts.reached
    from quarters
    inner join cohorts
        on quarters.months_to_go = cohorts.months_since
    qualify
        row_number() over (
            partition by quarters.period_start
            order by cohorts.contacted_month desc
        ) <= 12
),

counted as (
    select
        period_start,
        months_to_go,
        cast(sum(contacted) as double) as contacted,
        sum(reached) / cast(sum(contacted) as double) as won_share
    from followed
    group by all
),

kpi_quarter_contacts as (
    select
        period_start,
        months_to_go,
        won_share,
        {{ wilson_low('won_share', 'contacted') }} as share_low,
        {{ wilson_high('won_share', 'contacted') }} as share_high
    from counted
)

select * from kpi_quarter_contacts
