-- A failure means that fewer prospects had converted after more time: a cohort or a
-- conversion curve that falls, or leaves 0..1.
with cohorts as (select * from {{ ref('kpi_funnel_cohorts') }}),

conversion_lag as (select * from {{ ref('kpi_conversion_lag') }}),

curves as (
    select
        'kpi_funnel_cohorts' as mart,
        concat_ws(' ', contacted_month, stage) as curve,
        months_since as step,
        cumulative_rate as share
    from cohorts
    union all
    select
        'kpi_conversion_lag' as mart,
        concat_ws(' ', dimension, dimension_value) as curve,
        days_since_contact as step,
        converted_share as share
    from conversion_lag
),

followed as (
    select
        *,
        lag(share, 1, 0) over (partition by mart, curve order by step) as share_before
    from curves
)

select * from followed
where
    share < share_before
    or share not between 0 and 1
