-- grain: one row per accepted row whose record (source, entity, key) comes more than
-- once, or is a deal that was merged into another.
-- A row that says the same as the version before it is a duplicate; of the others the
-- newest is current and the rest are superseded; of a merged deal all are. Rows that
-- come once are not listed.
-- A row that only mentions a record says nothing beside one that describes it, nor
-- beside a mention that tells more columns: a duplicate, whatever its load.
-- Two different rows of one load, without a newer updated_at, contradict each other.
with loads as (
    select distinct
        source,
        load_id,
        load_order
    from {{ ref('stg_landing__loads') }}
),

absorbed as (select * from {{ ref('int_deals_absorbed') }}),

mentions as (select * from {{ ref('stg_landing__mentions') }}),

-- records that come once, nearly all rows of a large entity, cost one hash aggregation
-- and are never sorted
repeated_ids as (
    {% for entity in generic_entities() %}
        select
            '{{ entity.name }}' as entity,
            source,
            {{ record_id(entity.key) }} as record_id
        from {{ ref('stg_generic__' ~ entity.name) }}
        where reject_rule is null
        group by all
        having count(*) > 1
        union all
    {% endfor %}
    select
        'deals' as entity,
        source,
        deal_id as record_id
    from absorbed
),

repeated as (
    {% for entity in generic_entities() %}
        select
            '{{ entity.name }}' as entity,
            staged.source,
            staged.load_id,
            staged.load_row,
            staged.file,
            {{ record_id(entity.key, 'staged') }} as record_id,
            staged.row_hash,
            mentions.told_columns,
            {{
                'staged.updated_at' if entity.has_updated_at
                else 'cast(null as timestamp)'
            }} as updated_at
        from {{ ref('stg_generic__' ~ entity.name) }} as staged
        semi join repeated_ids
            on
                repeated_ids.entity = '{{ entity.name }}'
                and staged.source = repeated_ids.source
                and {{ record_id(entity.key, 'staged') }} = repeated_ids.record_id
        {{ join_mention(entity.name) }}
        where staged.reject_rule is null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

ordered as (
    select
        repeated.*,
        absorbed.deal_id is not null as is_absorbed,
        loads.load_order,
        row_number() over versions as version_number,
        lag(repeated.row_hash) over versions as row_hash_before,
        lag(repeated.load_id) over versions as load_before,
        lag(repeated.updated_at) over versions as updated_before,
        max(loads.load_order) over (
            partition by repeated.entity, repeated.source, repeated.record_id
            order by repeated.told_columns desc nulls first
            range between current row and current row
        ) as newest_load_order,
        first_value(repeated.told_columns) over versions as most_told_columns
    from repeated
    inner join loads
        on
            repeated.source = loads.source
            and repeated.load_id = loads.load_id
    left join absorbed
        on
            repeated.entity = 'deals'
            and repeated.source = absorbed.source
            and repeated.record_id = absorbed.deal_id
    window
        -- one order, so that the rows are sorted once
        versions as (
            partition by repeated.entity, repeated.source, repeated.record_id
            order by
                repeated.told_columns desc nulls first,
                loads.load_order asc,
                repeated.updated_at asc nulls first,
                repeated.load_row asc
        )
),

compared as (
    select
        *,
        (
            told_columns is not distinct from most_told_columns
            and row_hash is distinct from row_hash_before
        ) as is_change,
        (
            load_id = load_before
            and not coalesce(updated_at > updated_before, false)
            and load_order = newest_load_order
        ) as is_undecided
    from ordered
),

int_record_versions as (
    select
        entity,
        source,
        record_id,
        load_id,
        load_row,
        file,
        load_order,
        version_number,
        case
            when not is_change then 'duplicate'
            when is_absorbed then 'superseded'
            when
                version_number
                = max(version_number) filter (where is_change) over (
                    partition by entity, source, record_id
                )
                then 'current'
            else 'superseded'
        end as status,
        coalesce(is_change and is_undecided, false) as is_contradiction
    from compared
)

select * from int_record_versions
