-- grain: one row per kind, record and other record that links lead to from it.
-- Links lead both ways and on through chains, also through ids that no export holds.
with recursive links as (
    select
        kind,
        record_source,
        id,
        same_as_source,
        same_as_id
    from {{ ref('stg_generic__links') }}
    where reject_rule is null
),

edges as (
    select
        kind,
        record_source as from_source,
        id as from_id,
        same_as_source as to_source,
        same_as_id as to_id
    from links
    union
    select
        kind,
        same_as_source as from_source,
        same_as_id as from_id,
        record_source as to_source,
        id as to_id
    from links
),

reached as (
    select
        kind,
        from_source,
        from_id,
        to_source,
        to_id
    from edges
    union
    select
        reached.kind,
        reached.from_source,
        reached.from_id,
        edges.to_source,
        edges.to_id
    from reached
    inner join edges
        on
            reached.kind = edges.kind
            and reached.to_source = edges.from_source
            and reached.to_id = edges.from_id
),

int_links_followed as (
    select
        kind,
        from_source,
        from_id,
        to_source,
        to_id
    from reached
    where
        from_source != to_source
        or from_id != to_id
)

select * from int_links_followed
