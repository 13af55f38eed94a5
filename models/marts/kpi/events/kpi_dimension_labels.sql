-- grain: one row per dimension and dimension value whose name is not its id
with reps as (select * from {{ ref('dim_reps') }}),

campaigns as (select * from {{ ref('dim_campaigns') }}),

kpi_dimension_labels as (
    select
        'rep' as dimension,
        rep_id as dimension_value,
        name as dimension_label
    from reps
    union all
    select
        'campaign' as dimension,
        campaign_id as dimension_value,
        name as dimension_label
    from campaigns
)

select * from kpi_dimension_labels
