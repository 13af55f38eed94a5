-- grain: one row per stock event, grain, period, dimension value (its code) and
-- measure.
-- What stands at the end of a period (`level`, up to as_of) and stood at its start
-- (`start`): the running sum of the changes, also over periods without any.
with slices as (
    select * from {{ ref('kpi_event_slices') }}
    where
        -- what sales velocity begins with: no KPI counts it alone
        event = 'open_deals'
        or event in (
            select kpi_terms.event
            from {{ ref('stg_reference__kpi_terms') }} as kpi_terms
            where kpi_terms.measure in ('level', 'start')
        )
),

calendar as (select * from {{ ref('kpi_calendar') }}),

periods as (select * from {{ ref('kpi_periods') }}),

changes as (
    {% for grain in kpi_grains() %}
        select
            slices.event,
            slices.value_code,
            '{{ grain }}' as grain,
            calendar.{{ grain }} as period_start,
            sum(slices.s) as net_change
        from slices
        inner join calendar
            on
                -- what stood before the calendar stands when it begins
                greatest(slices.day, (select min(days.day) from calendar as days))
                = calendar.day
        where
            {{ published_code('slices.value_code', "'" ~ grain ~ "'") }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ running_levels(
    'changes', ['event', 'value_code'], 'net_change'
) }},

kpi_levels as (
    select
        event,
        'level' as measure,
        grain,
        period_start,
        value_code,
        running_level as amount
    from running_levels
    union all
    select
        event,
        'start' as measure,
        grain,
        period_start,
        value_code,
        lag(running_level) over (
            partition by event, value_code, grain
            order by period_start
        ) as amount
    from running_levels
    qualify amount is not null
)

select * from kpi_levels
