-- grain: one row per grain, period of detection, dimension, dimension value and stage.
-- What reached a stage beside what could have: the first stage, the one before, and the
-- last one before that an export tells of, which its step leads from. A step counts
-- within 180 days of detection when it is winning, else within 90, on both sides.
{% set cell = 'grain, period_start, dimension, dimension_value' %}
with reached as (select * from {{ ref('kpi_funnel_reached') }}),

supply as (select * from {{ ref('kpi_funnel_supply') }}),

stages as (
    select
        reached.*,
        supply.is_supplied,
        supply.supplied_order_before
    from reached
    inner join supply
        on reached.stage = supply.stage
),

passages as (
    select
        *,
        first_value(reached) over stages_before as reached_first,
        lag(reached) over stages_before as reached_before,
        min(reached) over (partition by {{ cell }}) as reached_won,
        -- the fewest so far are those of the last one
        min(case when is_supplied then reached end) over earlier_stages
            as reached_supplied_before,
        min(case when is_supplied then reached_in_90 end) over earlier_stages
            as reached_in_90_supplied_before,
        min(case when is_supplied then reached_in_180 end) over earlier_stages
            as reached_in_180_supplied_before
    from stages
    window
        stages_before as (partition by {{ cell }} order by stage_order),
        earlier_stages as (
            partition by {{ cell }}
            order by stage_order
            rows between unbounded preceding and 1 preceding
        )
),

kpi_funnel_passages as (
    select
        grain,
        period_start,
        dimension,
        dimension_value,
        stage,
        stage_order,
        is_supplied,
        case
            when is_supplied and supplied_order_before = stage_order - 1
                then 'funnel_' || stage
        end as benchmark_id,
        case when stage = 'won' then 180 else 90 end as window_days,
        reached_first,
        reached_before,
        case when is_supplied then reached_supplied_before end
            as reached_supplied_before,
        reached,
        reached_won,
        case
            when not is_supplied then null
            when stage = 'won' then reached_in_180_supplied_before
            else reached_in_90_supplied_before
        end as entered_in_window,
        case
            when not is_supplied or stage_order = 1 then null
            when stage = 'won' then reached_in_180
            else reached_in_90
        end as passed_in_window
    from passages
    where
        stage_order = 1
        or reached_before > 0
)

select * from kpi_funnel_passages
