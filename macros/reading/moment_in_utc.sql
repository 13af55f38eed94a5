{#-
    The UTC instant of a `*_at` column once `moment_joins` has found its clock: the stated offset, else that of the
    clock; at a clock change the one before it. Outside the calendar of clocks (1970 to 2100) UTC is assumed.
    Exists because the instant is needed in a join and in the select list.
-#}
{% macro moment_in_utc(column) -%}
    {%- set wall = "values_read." ~ column -%}
    {{ wall }} - to_seconds(coalesce(
        values_read.{{ column }}_offset,
        case
            when {{ wall }} < {{ column }}_written.local_change_at
                then {{ column }}_written.local_offset_before_seconds
            else {{ column }}_written.local_offset_after_seconds
        end,
        0
    ))
{%- endmacro %}
