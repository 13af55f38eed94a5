-- grain: one row per rep and period in one team; the periods of a rep do not overlap.
-- Periods are those of the export; for a rep without dates they are those in which the
-- loads showed one team. Of two that overlap, the one that began later counts.
with staged as (
    select * from {{ ref('stg_generic__reps') }}
    where reject_rule is null
),

versions as (
    select * from {{ ref('int_record_versions') }}
    where entity = 'reps'
),

loads as (
    select distinct
        load_id,
        loaded_on
    from {{ ref('stg_landing__loads') }}
),

keyed as (select * from {{ ref('int_reps_keyed') }}),

dated as (
    select
        keyed.rep_key,
        keyed.source_order,
        {{ spelt('team', 'staged.team') }} as team,
        {{ shown_word('role', 'staged.role') }} as role,
        coalesce(
            staged.valid_from,
            case when versions.version_number > 1 then loads.loaded_on end,
            date '0001-01-01'
        ) as valid_from,
        staged.valid_to,
        coalesce(versions.version_number, 1) as version_number
    from staged
    inner join keyed
        on
            staged.source = keyed.source
            and staged.rep_id = keyed.rep_id
    inner join loads
        on staged.load_id = loads.load_id
    left join versions
        on
            staged.load_id = versions.load_id
            and staged.load_row = versions.load_row
    {{ join_spelling('team', 'staged.team') }}
    {{ join_shown_word('role', 'staged.role') }}
    where
        coalesce(versions.status, 'current') = 'current'
        or (versions.status = 'superseded' and staged.valid_from is null)
),

-- one source tells a rep's teams: the first that knows any
told_by_one_source as (
    select * from dated
    qualify
        source_order
        = first_value(source_order)
            over (
                partition by rep_key
                order by (team is null), source_order
            )
        and row_number() over (
            partition by rep_key, source_order, valid_from
            order by version_number desc, valid_to desc nulls first, team asc
        ) = 1
),

int_rep_periods as (
    select
        rep_key,
        team,
        role,
        valid_from,
        cast(
            least(
                coalesce(valid_to + interval 1 day, date '9999-12-31'),
                coalesce(
                    lead(valid_from) over (partition by rep_key order by valid_from),
                    date '9999-12-31'
                )
            ) as date
        ) as valid_before
    from told_by_one_source
)

select * from int_rep_periods
