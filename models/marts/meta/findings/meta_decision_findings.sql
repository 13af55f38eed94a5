-- grain: one row per check, source, entity and column of what was decided too late.
-- After the day of its own load, which cannot have happened; and after as_of, when it
-- is still open.
{% set is_decided = {
    ('deals', 'closed_at'): "status in ('won', 'lost')",
    ('quotes', 'decided_at'): "status != 'sent'",
} %}
{% set decisions = [] %}
{% for entity in generic_entities() %}
    {% for column in entity.decisions %}
        {% do decisions.append((entity.name, column)) %}
    {% endfor %}
{% endfor %}
with loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

clock as (select * from {{ ref('int_clock') }}),

decisions as (
    {% for entity, column in decisions %}
        select
            source,
            load_id,
            file,
            load_row,
            '{{ entity }}' as entity,
            '{{ column }}' as column_name,
            {{ column | replace('_at', '_on') }} as decided_on
        from ({{ current_rows(entity) }})
        where {{ is_decided.get((entity, column), 'true') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

dated as (
    select
        decisions.*,
        decisions.decided_on > loads.loaded_on as is_after_its_load,
        decisions.decided_on > clock.as_of as is_after_as_of
    from decisions
    inner join loads
        on decisions.load_id = loads.load_id
    cross join clock
    where decisions.decided_on > least(loads.loaded_on, clock.as_of)
),

meta_decision_findings as (
    select
        {{ finding(
            'decided_after_its_load', none, 'column_name',
            "case when entity in ('deals', 'quotes') "
            ~ "then 'cannot have happened: counts on the day that can be' "
            ~ "else 'cannot have happened: not counted before that day' end"
        ) }}
    from dated
    where is_after_its_load
    group by all
    union all
    select
        {{ finding(
            'decided_after_as_of', none, 'column_name', "'still open at as_of'"
        ) }}
    from dated
    where
        is_after_as_of
        and not is_after_its_load
    group by all
)

select * from meta_decision_findings
