-- grain: one row per source: the newest event it told of, and its newest load
with event_days as (
    {% for entity, columns in event_days().items() %}
        {% for column in columns %}
            select
                source,
                max({{ column }}) as event_on
            from {{ ref('stg_generic__' ~ entity) }}
            where
                reject_rule is null
                and {{ column }} <= (
                    select clock.today from {{ ref('int_clock') }} as clock
                )
            group by all
            {{ 'union all' if not loop.last }}
        {% endfor %}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

newest_events as (
    select
        source,
        max(event_on) as newest_event_on
    from event_days
    group by all
),

newest_loads as (
    select
        source,
        max(loaded_at) as newest_load_at,
        count(distinct load_id) as load_count
    from {{ ref('stg_landing__loads') }}
    group by all
),

meta_source_freshness as (
    select
        newest_loads.source,
        newest_events.newest_event_on,
        newest_loads.newest_load_at,
        newest_loads.load_count
    from newest_loads
    left join newest_events
        on newest_loads.source = newest_events.source
)

select * from meta_source_freshness
