-- grain: one row per check, source, entity, column and rule that found something.
-- What the data said that is not quite right, and how it was treated: nothing here
-- stops a refresh. Rejected rows are in `rejects`. Where it is about landed rows, file
-- and row_number tell the first of them; of a translated row the place of its landed
-- row is what is left of its own below 2^32.
{% set kinds = [
    'value', 'reference', 'amount', 'cost', 'record', 'decision', 'deal', 'activity',
    'fact',
] %}
with loads as (
    select * from {{ ref('stg_landing__loads') }}
    where outcome = 'landed'
),

shifts as (select * from {{ ref('int_structural_shifts') }}),

found as (
    {% for kind in kinds %}
        select * from {{ ref('meta_' ~ kind ~ '_findings') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

placed as (
    select
        found.*,
        found.load_row % 4294967296 - loads.first_row as file_row
    from found
    left join loads
        on
            found.load_id = loads.load_id
            and found.file = loads.file
),

shifted as (
    select
        placed.*,
        count(shifts.load_id) as rejected_before
    from placed
    left join shifts
        on
            placed.load_id = shifts.load_id
            and placed.file = shifts.file
            and placed.file_row >= shifts.landed_before
    group by all
),

meta_data_quality as (
    select
        check_name,
        source,
        entity,
        column_name,
        rule,
        issue_count,
        amount,
        file,
        file_row + 1 + rejected_before as row_number
    from shifted
)

select * from meta_data_quality
