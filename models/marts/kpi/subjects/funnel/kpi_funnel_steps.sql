-- grain: one row per grain, period of detection, dimension, dimension value and stage.
-- How many of the prospects detected in the period have reached a stage, or a later
-- one: by as_of, and within the days that a step is given, so that old and young
-- periods compare. Winning is given 180 days, every other step 90. A step's benchmark
-- is that of its own channel or sector, else the general one.
{% set dimensions = [
    'rep', 'team', 'channel', 'campaign', 'target_segment', 'sender_account',
] + kpi_who_dimensions() %}
with paths as (select * from {{ ref('kpi_prospect_paths') }}),

prospect_dimensions as (select * from {{ ref('kpi_prospect_dimensions') }}),

calendar as (select * from {{ ref('kpi_calendar') }}),

periods as (select * from {{ ref('kpi_periods') }}),

clock as (select * from {{ ref('dim_clock') }}),

benchmarks as (select * from {{ ref('stg_reference__benchmarks') }}),

placed as (
    select
        {% for dimension in dimensions %}
            prospect_dimensions.{{ dimension }},
        {% endfor %}
        paths.reached_stage_order,
        -- days until the stage or a later one: a skipped stage is passed with the next
        {% for stage in prospect_stages()[1:] %}
            least(
                {% for later in prospect_stages()[loop.index:] %}
                    paths.{{ later }}_on{{ ',' if not loop.last }}
                {% endfor %}
            ) - paths.detected_on as {{ stage }}_days,
        {% endfor %}
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
        {% for stage in prospect_stages()[1:] %}
            {% for days in [90, 180] %}
                count(*) filter (where {{ stage }}_days <= {{ days }})
                    as {{ stage }}_in_{{ days }},
            {% endfor %}
        {% endfor %}
        {{ dimension_columns(dimensions) }}
    from placed
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (grain, period_start),
        {% for dimension in dimensions %}
            (grain, period_start, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

stages as (
    {% for stage in prospect_stages() %}
        {% set days = 180 if stage == 'won' else 90 %}
        {% set before = prospect_stages()[loop.index0 - 1] %}
        select
            grain,
            period_start,
            dimension,
            dimension_value,
            '{{ stage }}' as stage,
            {{ loop.index }} as stage_order,
            {{ days }} as window_days,
            detected as reached_first,
            {{ before if not loop.first else 'null' }} as reached_before,
            {{ stage }} as reached,
            won as reached_won,
            {% if loop.first %}
                null as entered_in_window,
                null as passed_in_window
            {% else %}
                {{ before }}{{ '_in_' ~ days if loop.index0 > 1 }} as entered_in_window,
                {{ stage }}_in_{{ days }} as passed_in_window
            {% endif %}
        from counted
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

kpi_funnel_steps as (
    select
        stages.grain,
        stages.period_start,
        periods.period_number,
        stages.dimension,
        stages.dimension_value,
        stages.stage,
        stages.stage_order,
        stages.reached_first,
        stages.reached_before,
        stages.reached,
        stages.reached_won,
        stages.entered_in_window,
        stages.passed_in_window,
        periods.period_end + stages.window_days <= clock.as_of as is_mature,
        periods.period_end + 180 <= clock.as_of as is_won_mature,
        cast(coalesce(own.standard, general.standard) as double) as benchmark_rate
    from stages
    inner join periods
        on
            stages.grain = periods.grain
            and stages.period_start = periods.period_start
    cross join clock
    left join benchmarks as own
        on
            'funnel_' || stages.stage = own.kpi_id
            and stages.dimension_value = coalesce(own.channel, own.sector)
            and stages.dimension
            = case when own.sector is null then 'channel' else 'sector' end
            and (own.channel is null or own.sector is null)
    left join benchmarks as general
        on
            'funnel_' || stages.stage = general.kpi_id
            and general.channel is null
            and general.sector is null
    where
        stages.stage_order = 1
        or stages.reached_before > 0
)

select * from kpi_funnel_steps
