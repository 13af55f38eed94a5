-- grain: one row per source, entity and key of records that contradict each other.
-- Two different rows of one load under one key, of which one is not seen.
with versions as (select * from {{ ref('int_record_versions') }}),

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
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from meta_record_findings
