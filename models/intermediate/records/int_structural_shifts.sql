-- grain: one row per record of a file that landing rejected or left out.
-- A landed row stands in its file behind those before it: `landed_before` is how many
-- landed rows stand before this one.
with structural as (select * from {{ ref('stg_landing__rejects') }}),

int_structural_shifts as (
    select
        load_id,
        file,
        row_number
        - row_number() over (partition by load_id, file order by row_number)
            as landed_before
    from structural
)

select * from int_structural_shifts
