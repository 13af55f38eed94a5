-- grain: one row per source, entity, column and rule of values dropped or bent.
with cells as (
    {% for entity in generic_entities() %}
        select
            source,
            load_id,
            file,
            load_row,
            '{{ entity.name }}' as entity,
            unnest(string_split(issues, ',')) as issue
        from {{ ref('stg_generic__' ~ entity.name) }}
        where
            issues is not null
            and reject_rule is null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

meta_value_findings as (
    select
        'value_issue' as check_name,
        source,
        entity,
        split_part(issue, ':', 1) as column_name,
        split_part(issue, ':', 2) as rule,
        count(*) as issue_count,
        cast(null as decimal(38, 6)) as amount,
        {{ first_row() }}
    from cells
    group by all
)

select * from meta_value_findings
