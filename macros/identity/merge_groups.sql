{#-
Joins groups of records that carry the same value (an e-mail, a domain …) into one group:
the CTEs of a model that says which records are one company, person or rep. A group is named after its first record.
A value's first group, in the order of sources and ids, takes in the others. Two records
of one source are never put together: a group joins only when its sources are new to the
target, and, of several groups of one source, only the first joins. A target that itself
joins another group takes in nobody.
- groups (relation): `source`, `record_id`, `source_order`, `group_source`, `group_record_id`
- values (relation): `source`, `record_id`, `match_value`; a record may have several
-#}
{% macro merge_groups(groups, values) -%}
group_ranks as (
    select
        group_source,
        group_record_id,
        min(source_order) as group_order
    from {{ groups }}
    group by all
),

-- a value that comes once, as nearly all do, joins nothing
shared_values as (
    select match_value
    from {{ values }}
    group by all
    having count(*) > 1
),

group_values as (
    select distinct
        matched.match_value,
        grouped.group_source,
        grouped.group_record_id,
        group_ranks.group_order
    from {{ values }} as matched
    semi join shared_values
        on matched.match_value = shared_values.match_value
    inner join {{ groups }} as grouped
        on
            matched.source = grouped.source
            and matched.record_id = grouped.record_id
    inner join group_ranks
        on
            grouped.group_source = group_ranks.group_source
            and grouped.group_record_id = group_ranks.group_record_id
),

value_targets as (
    select
        *,
        first_value(group_source) over by_rank as target_source,
        first_value(group_record_id) over by_rank as target_record_id,
        first_value(group_order) over by_rank as target_order
    from group_values
    window by_rank as (
        partition by match_value
        order by group_order, group_source, group_record_id
    )
),

candidates as (
    select
        group_source,
        group_record_id,
        group_order,
        target_source,
        target_record_id
    from value_targets
    where
        group_source != target_source
        or group_record_id != target_record_id
    qualify
        row_number() over (
            partition by group_source, group_record_id
            order by target_order, target_source, target_record_id
        ) = 1
),

-- one row per candidate and source of its records, ranked within the target
candidate_sources as (
    select distinct
        candidates.*,
        grouped.source,
        dense_rank() over (
            partition by
                candidates.target_source, candidates.target_record_id, grouped.source
            order by
                candidates.group_order,
                candidates.group_source,
                candidates.group_record_id
        ) as rank_in_source
    from candidates
    inner join {{ groups }} as grouped
        on
            candidates.group_source = grouped.group_source
            and candidates.group_record_id = grouped.group_record_id
    anti join candidates as moving
        on
            candidates.target_source = moving.group_source
            and candidates.target_record_id = moving.group_record_id
),

joined as (
    select
        candidate_sources.group_source,
        candidate_sources.group_record_id,
        candidate_sources.target_source,
        candidate_sources.target_record_id
    from candidate_sources
    left join (
        select distinct
            group_source,
            group_record_id,
            source
        from {{ groups }}
    ) as taken
        on
            candidate_sources.target_source = taken.group_source
            and candidate_sources.target_record_id = taken.group_record_id
            and candidate_sources.source = taken.source
    group by all
    having
        max(candidate_sources.rank_in_source) = 1
        and count(taken.source) = 0
),

merged as (
    select
        grouped.source,
        grouped.record_id,
        grouped.source_order,
        coalesce(joined.target_source, grouped.group_source) as group_source,
        coalesce(joined.target_record_id, grouped.group_record_id) as group_record_id
    from {{ groups }} as grouped
    left join joined
        on
            grouped.group_source = joined.group_source
            and grouped.group_record_id = joined.group_record_id
)
{%- endmacro %}
