-- A failure means that fewer prospects had converted after more time: a cohort or a
-- conversion curve that falls, or leaves 0..1.
with cohorts as (select * from {{ ref('kpi_funnel_cohorts') }}),

conversion_lag as (select * from {{ ref('kpi_conversion_lag') }}),

curves as (
    select
        'kpi_funnel_cohorts' as mart,
        concat_ws(' ', contacted_month, stage) as curve,
        months_since as at_age,
        cumulative_rate as reached_share
    from cohorts
    union all
    select
        'kpi_conversion_lag' as mart,
        concat_ws(' ', dimension, dimension_value) as curve,
        days_since_contact as at_age,
        converted_share as reached_share
    from conversion_lag
),

followed as (
    select
        *,
        lag(reached_share, 1, 0) over (
            partition by mart, curve
            order by at_age
        ) as share_before
    from curves
)

select * from followed
where
    reached_share < share_before
    or reached_share not between 0 and 1
