{#-
    First half of reading a `*_at` column: the wall time as written (under the column's own name), whether the cell has
    a time of day, and the offset it states. `moment_joins` and `moment_columns` are the second half: they place it in UTC.
    Two halves, so that the cell is parsed once and the clocks are looked up by its result.
-#}
{% macro read_moment(column) -%}
    {{ read_wall_time("landed." ~ column) }} as {{ column }},
    contains(landed.{{ column }}, ':') as {{ column }}_has_time,
    {{ written_offset("landed." ~ column) }} as {{ column }}_offset
{%- endmacro %}
