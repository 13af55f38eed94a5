-- grain: one row per rep.
-- `rep_id` is the id in the rep's own system; where two reps of different systems share
-- one, it is preceded by the source.
with records as (
    {{ current_rows('reps') }}
),

keyed as (select * from {{ ref('int_reps_keyed') }}),

ranked as (
    select
        records.*,
        keyed.rep_key,
        row_number() over (
            partition by keyed.rep_key
            order by
                keyed.source_order asc,
                keyed.source asc,
                keyed.is_absorbed asc,
                keyed.rep_id asc,
                records.valid_from desc nulls last
        ) as record_rank
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.rep_id = keyed.rep_id
),

merged as (
    select
        rep_key,
        {{ first_known('source') }} as source,
        {{ first_known('rep_id') }} as record_id,
        {{ first_known('name') }} as name,
        {{ first_known('email') }} as email
    from ranked
    group by all
),

int_reps as (
    select
        rep_key,
        case
            when count(*) over (partition by record_id) > 1
                then concat(source, ':', record_id)
            else record_id
        end as rep_id,
        source,
        name,
        email
    from merged
)

select * from int_reps
