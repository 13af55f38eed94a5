-- grain: one row per check, source, entity and column of records that another record or
-- the clock contradicts.
-- Two different rows of one load under one key, of which one is not seen; what was
-- decided after the day of its own load, which cannot have happened; what was decided
-- after as_of, which is still open.
{% set is_decided = {
    ('deals', 'closed_at'): "status in ('won', 'lost')",
    ('quotes', 'decided_at'): "status != 'sent'",
} %}
with versions as (select * from {{ ref('int_record_versions') }}),

loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

clock as (select * from {{ ref('int_clock') }}),

decisions as (
    {% for entity in generic_entities() %}
        {% for column in entity.decisions %}
            select
                source,
                load_id,
                file,
                load_row,
                '{{ entity.name }}' as entity,
                '{{ column }}' as column_name,
                {{ column | replace('_at', '_on') }} as decided_on
            from ({{ current_rows(entity.name) }})
            where {{ is_decided.get((entity.name, column), 'true') }}
            union all
        {% endfor %}
    {% endfor %}
    select
        source,
        load_id,
        file,
        load_row,
        entity,
        cast(null as varchar) as column_name,
        cast(null as date) as decided_on
    from versions
    where false
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

meta_record_findings as (
    {% for entity in generic_entities() %}
        select
            {{ finding(
                'same_key_in_one_load', entity.name,
                "'" ~ entity.key | join(', ') ~ "'",
                "'one load holds different rows under one key: the last one counts'"
            ) }}
        from versions
        where
            entity = '{{ entity.name }}'
            and is_contradiction
        group by all
        union all
    {% endfor %}
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

select * from meta_record_findings
