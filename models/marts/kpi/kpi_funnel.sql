-- grain: one row per grain, period of detection, dimension, dimension value and stage
-- How many of the prospects detected in the period have reached a stage, or a later
-- one, by as_of. A stage that nobody of the one before reached has no row.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with paths as (select * from {{ ref('kpi_prospect_paths') }}),

prospect_dimensions as (select * from {{ ref('kpi_prospect_dimensions') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

placed as (
    select
        {% for dimension in dimensions %}
            prospect_dimensions.{{ dimension }},
        {% endfor %}
        paths.reached_stage_order,
        unnest(['month', 'quarter', 'year']) as grain,
        unnest([calendar.month, calendar.quarter, calendar.year]) as period_start
    from paths
    inner join prospect_dimensions
        on paths.prospect_key = prospect_dimensions.prospect_key
    inner join calendar
        on paths.detected_on = calendar.day
),

counted as (
    select
        grain,
        period_start,
        {% for stage in prospect_stages() %}
            count(*) filter (where reached_stage_order >= {{ loop.index }})
                as {{ stage }},
        {% endfor %}
        {{ dimension_columns(dimensions) }}
    from placed
    group by grouping sets ( -- noqa: PRS
        (grain, period_start),
        {% for dimension in dimensions %}
            (grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

stages as (
    {% for stage in prospect_stages() %}
        select
            grain,
            period_start,
            dimension,
            dimension_value,
            '{{ stage }}' as stage,
            {{ loop.index }} as stage_order,
            {{ stage }} as reached,
            {{ prospect_stages()[loop.index0 - 1] if not loop.first else 'null' }}
                as reached_before,
            detected as reached_first
        from counted
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

labels as (select * from {{ ref('kpi_dimension_labels') }}),

kpi_funnel as (
    select
        stages.grain,
        stages.period_start,
        stages.dimension,
        stages.dimension_value,
        coalesce(labels.dimension_label, stages.dimension_value) as dimension_label,
        stages.stage,
        stages.stage_order,
        stages.reached,
        cast(stages.reached as double) / stages.reached_before as rate_from_previous,
        cast(stages.reached as double) / stages.reached_first as rate_from_first
    from stages
    left join labels
        on
            stages.dimension = labels.dimension
            and stages.dimension_value = labels.dimension_value
    where
        stages.stage_order = 1
        or stages.reached_before > 0
)

select * from kpi_funnel
