-- grain: one row per kind of target, KPI, grain, period, dimension and dimension value.
-- Where several sources set one, that of the first source counts. Reps and campaigns
-- are named by the id under which their values are published. A kind that is no known
-- word sets nothing.
with records as (
    {{ current_rows('targets') }}
),

sources as (select * from {{ ref('stg_settings__sources') }}),

rep_references as (select * from {{ ref('int_rep_references') }}),

reps as (select * from {{ ref('int_reps') }}),

campaign_references as (select * from {{ ref('int_campaign_references') }}),

campaigns as (select * from {{ ref('int_campaigns') }}),

named as (
    select
        records.source,
        sources.source_order,
        coalesce(records.kind, 'target') as kind,
        {{ shown_word('target_kpi', 'records.kpi_id') }} as kpi_id,
        records.grain,
        records.period_start,
        coalesce({{ shown_word('target_dimension', 'records.dimension') }}, 'all')
            as dimension,
        case
            when coalesce(records.dimension, 'all') = 'all' then 'all'
            else
                coalesce(
                    reps.rep_id,
                    campaigns.campaign_id,
                    {{ shown_word('target_value', 'records.dimension_value') }},
                    '(unknown)'
                )
        end as dimension_value,
        records.target,
        records.change,
        records.baseline_start
    from records
    inner join sources
        on records.source = sources.source
    left join rep_references
        on
            records.source = rep_references.source
            and case when records.dimension = 'rep' then records.dimension_value end
            = rep_references.rep_id
    left join reps
        on rep_references.rep_key = reps.rep_key
    left join campaign_references
        on
            records.source = campaign_references.source
            and case
                when records.dimension = 'campaign' then records.dimension_value
            end = campaign_references.campaign_id
    left join campaigns
        on campaign_references.campaign_key = campaigns.campaign_key
    {{ join_shown_word('target_kpi', 'records.kpi_id') }}
    {{ join_shown_word('target_dimension', 'records.dimension') }}
    {{ join_shown_word('target_value', 'records.dimension_value') }}
    where not coalesce(contains(records.issues, 'kind:'), false)
),

int_targets as (
    select
        source,
        kind,
        kpi_id,
        grain,
        period_start,
        dimension,
        dimension_value,
        target,
        change,
        baseline_start
    from named
    qualify
        row_number() over (
            partition by
                kind, kpi_id, grain, period_start, dimension, dimension_value
            order by source_order, source, target, change
        ) = 1
)

select * from int_targets
