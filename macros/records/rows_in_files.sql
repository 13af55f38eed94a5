{#-
The CTE `rows_in_files`: the rows of another one (`load_id`, `file`, `load_row`) with their `row_number`, which is the
record's number in its file, the header not counted; null where there is no file. A landed row moves back by the records
that landing rejected or left out before it; of a translated row the place of its landed row is what is left of its own
below 2^32 (`ROW_PART` in `orchestration/landing/translation.py`). Expects `loads` (of landed files) and `shifts`.
- relation (string): the CTE of the rows
-#}
{% macro rows_in_files(relation) -%}
placed as (
    select
        {{ relation }}.*,
        {{ relation }}.load_row % 4294967296 - loads.first_row as file_row
    from {{ relation }}
    left join loads
        on
            {{ relation }}.load_id = loads.load_id
            and {{ relation }}.file = loads.file
),

rows_in_files as (
    select
        placed.*,
        min(placed.file_row) + 1 + count(shifts.load_id) as row_number
    from placed
    left join shifts
        on
            placed.load_id = shifts.load_id
            and placed.file = shifts.file
            and placed.file_row >= shifts.landed_before
    group by all
)
{%- endmacro %}
