-- grain: one row per landed row that a required value keeps out.
-- Rejected by staging, or a closed deal that nothing dates.
with rejected as (
    {% for entity in generic_entities() %}
        select
            '{{ entity.name }}' as entity,
            source,
            load_id,
            load_row,
            file,
            reject_column,
            reject_rule
        from {{ ref('stg_generic__' ~ entity.name) }}
        where reject_rule is not null
        union all
    {% endfor %}
    select
        'deals' as entity,
        source,
        load_id,
        load_row,
        file,
        'closed_at' as reject_column,
        'closed_without_a_date' as reject_rule
    from {{ ref('int_deals_undated') }}
),

int_value_rejects as (
    select
        entity,
        source,
        load_id,
        load_row,
        file,
        reject_column,
        reject_rule
    from rejected
)

select * from int_value_rejects
