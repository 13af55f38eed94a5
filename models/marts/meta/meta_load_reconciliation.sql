-- grain: one row per file that was landed and entity that its rows became.
-- Every record of every file is accounted for: records = landed + structural_rejects +
-- merged + left_out, and landed = current_rows + superseded + duplicates +
-- value_rejects. Only a tool's own tables have rows merged or left out; one that is
-- only looked up bears its own name as entity, and all its rows are left out.
with loads as (select * from {{ ref('stg_landing__made') }}),

versions as (select * from {{ ref('int_record_versions') }}),

value_rejects as (select * from {{ ref('int_value_rejects') }}),

replaced as (
    select
        load_id,
        entity,
        file,
        count(*) filter (where status = 'superseded') as superseded,
        count(*) filter (where status = 'duplicate') as duplicates
    from versions
    group by all
),

rejected as (
    select
        load_id,
        entity,
        file,
        count(*) as value_rejects
    from value_rejects
    group by all
),

-- what is there, not what should be: counted from the staged rows themselves
staged as (
    {% for entity in generic_entities() %}
        select
            '{{ entity.name }}' as entity,
            load_id,
            file,
            count(*) filter (where reject_rule is null) as accepted
        from {{ ref('stg_generic__' ~ entity.name) }}
        group by all
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

undated as (
    select
        load_id,
        file,
        count(*) as undated
    from {{ ref('int_deals_undated') }}
    group by all
),

meta_load_reconciliation as (
    select
        loads.source,
        loads.entity,
        loads.load_id as load,
        loads.file,
        loads.records,
        loads.made as landed,
        loads.structural_rejects,
        loads.merged,
        loads.left_out,
        coalesce(staged.accepted, 0)
        - coalesce(replaced.superseded, 0)
        - coalesce(replaced.duplicates, 0)
        - case when loads.entity = 'deals' then coalesce(undated.undated, 0) else 0 end
            as current_rows,
        coalesce(replaced.superseded, 0) as superseded,
        coalesce(replaced.duplicates, 0) as duplicates,
        coalesce(rejected.value_rejects, 0) as value_rejects
    from loads
    left join staged
        on
            loads.load_id = staged.load_id
            and loads.entity = staged.entity
            and loads.file = staged.file
    left join replaced
        on
            loads.load_id = replaced.load_id
            and loads.entity = replaced.entity
            and loads.file = replaced.file
    left join rejected
        on
            loads.load_id = rejected.load_id
            and loads.entity = rejected.entity
            and loads.file = rejected.file
    left join undated
        on
            loads.load_id = undated.load_id
            and loads.file = undated.file
)

select * from meta_load_reconciliation
