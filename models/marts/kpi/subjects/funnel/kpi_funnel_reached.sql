-- grain: one row per grain, period of detection, dimension, dimension value and stage.
-- How many of the prospects detected in the period have reached a stage, or a later
-- one: by as_of, and within 90 and 180 days, so that old and young periods compare.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
{% set later_days = [] %}
{% for stage in prospect_stages() %}
    {% do later_days.append('paths.' ~ stage ~ '_on') %}
{% endfor %}
with paths as (select * from {{ ref('kpi_prospect_paths') }}),

prospect_dimensions as (select * from {{ ref('kpi_prospect_dimensions') }}),

dimension_values as (select * from {{ ref('kpi_dimension_values') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

placed as (
    select
        {% for dimension in dimensions %}
            prospect_dimensions.{{ dimension }},
        {% endfor %}
        paths.reached_stage_order,
        -- days until the stage or a later one: a skipped stage is passed with the next
        0 as detected_days,
        {% for stage in prospect_stages()[1:] %}
            {{ least_of(later_days[loop.index:]) }} - paths.detected_on
                as {{ stage }}_days,
        {% endfor %}
        grains.grain,
        {{ start_of_grain(['month', 'quarter', 'year']) }} as period_start
    from paths
    inner join prospect_dimensions
        on paths.prospect_key = prospect_dimensions.prospect_key
    inner join calendar
        on paths.detected_on = calendar.day
    cross join {{ rows_of_grains(['month', 'quarter', 'year']) }}
),

counted as (
    select
        grain,
        period_start,
        {% for stage in prospect_stages() %}
            count(*) filter (where reached_stage_order >= {{ loop.index }})
                as {{ stage }},
            count(*) filter (where {{ stage }}_days <= 90) as {{ stage }}_in_90,
            count(*) filter (where {{ stage }}_days <= 180) as {{ stage }}_in_180,
        {% endfor %}
        {{ grouped_code(dimensions) }}
    from placed
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (grain, period_start),
        {% for dimension in dimensions %}
            (grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

kpi_funnel_reached as (
    {% for stage in prospect_stages() %}
        select
            counted.grain,
            counted.period_start,
            dimension_values.dimension,
            dimension_values.dimension_value,
            '{{ stage }}' as stage,
            {{ loop.index }} as stage_order,
            counted.{{ stage }} as reached,
            counted.{{ stage }}_in_90 as reached_in_90,
            counted.{{ stage }}_in_180 as reached_in_180
        from counted
        inner join dimension_values
            on counted.value_code = dimension_values.value_code
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from kpi_funnel_reached
