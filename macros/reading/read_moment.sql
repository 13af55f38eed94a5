{#-
    First half of reading a `*_at` column: the wall time as written (under the column's own name), whether the cell has
    a time of day, and the offset it states. `moment_joins` and `moment_columns`, below, are the second half: they place
    it in UTC. A column of a file whose every time is midnight (`reading_rules.midnight_columns`) holds days, whatever
    zone is stated. Two halves, so that the cell is parsed once and the clocks are looked up by its result.
    - column (string): the name of a `*_at` column of `landed`
-#}
{% macro read_moment(column) -%}
    {%- set cell = 'landed.' ~ column -%}
    {%- set holds_days = "contains(reading_rules.midnight_columns, '," ~ column ~ ",')" -%}
    {{ read_wall_time(cell) }} as {{ column }},
    not {{ holds_days }} and {{ has_time_of_day(cell) }} as {{ column }}_has_time,
    case when not {{ holds_days }} then {{ written_offset(cell) }} end as {{ column }}_offset
{%- endmacro %}

{#-
    The two clock look-ups of each `*_at` column of a CTE `values_read`: the clock the wall time was written under (the
    source's; the reporting one for a day), and the reporting clock at that instant. Both keys of `clocks` are one
    row a day, so no row is lost or doubled. Exists because time zone functions per row cost 20 times as much.
    - columns (list[string]): the names of the `*_at` columns of `values_read`
-#}
{% macro moment_joins(columns) -%}
    {%- for column in columns %}
    left join clocks as {{ column }}_written
        on
            {{ column }}_written.timezone = case
                when values_read.{{ column }}_has_time then values_read.source_timezone
                else values_read.reporting_timezone
            end
            and {{ column }}_written.day = case
                when values_read.{{ column }}_offset is null
                    then cast(values_read.{{ column }} as date)
            end
    left join clocks as {{ column }}_reported
        on
            {{ column }}_reported.timezone = values_read.reporting_timezone
            and {{ column }}_reported.day = case
                when {{ needs_reporting_clock(column) }}
                    then cast({{ moment_in_utc(column) }} as date)
            end
    {%- endfor %}
{%- endmacro %}

{#-
    The three columns of a moment: `x_at` in UTC, `x_on` the calendar day in the reporting zone, `x_has_time`. A value
    without a time of day stays its own day whatever the zone. Exists so that this rule is written once.
    - column (string): the name of a `*_at` column of `values_read`
-#}
{% macro moment_columns(column) -%}
    {%- set stem = column | replace('_at', '') -%}
    {%- set instant = moment_in_utc(column) -%}
    {{ instant }} as {{ column }},
    case
        when {{ needs_reporting_clock(column) }}
            then cast(
                {{ instant }} + to_seconds(coalesce(
                    case
                        when {{ instant }} < {{ column }}_reported.utc_change_at
                            then {{ column }}_reported.utc_offset_before_seconds
                        else {{ column }}_reported.utc_offset_after_seconds
                    end,
                    0
                )) as date
            )
        else cast(values_read.{{ column }} as date)
    end as {{ stem }}_on,
    case
        when values_read.{{ column }} is not null then values_read.{{ column }}_has_time
    end as {{ stem }}_has_time
{%- endmacro %}

{#-
    Whether a cell has a time of day: `10:30`, `10h30`, `20260905T103000`, the fraction of a serial number.
    Exists because a colon tells it of nearly every cell.
    - cell (string): SQL of the cell, a text
-#}
{% macro has_time_of_day(cell) -%}
    (
        contains({{ cell }}, ':')
        or length({{ cell }}) > 10
        and regexp_matches({{ cell }}, '[0-9]h[0-9]{2}[[:space:]]*$|^[[:space:]]*[0-9]{8}[Tt]?[0-9]{6}')
        or reading_rules.excel_day_zero is not null
        and regexp_matches({{ cell }}, '^[[:space:]]*[0-9]{5}[.,][0-9]')
    )
{%- endmacro %}

{#-
    The offset from UTC, in seconds, that a cell states behind its time (Z, UTC, +02, +0200, +02:00, GMT+0200); null when it
    states none. Exists because such a time needs no clock of the source, and casts to a zoned type differ by engine.
    - cell (string): SQL of the cell, a text
-#}
{% macro written_offset(cell) -%}
    {%- set pattern = '(([Uu][Tt][Cc]|[Gg][Mm][Tt])?[+-][0-9]{2}(:?[0-9]{2})?|[Zz]|[Uu][Tt][Cc]|[Gg][Mm][Tt])' ~
        '( ?[(][A-Za-z ]*[)])?[[:space:]]*$' -%}
    {%- set zone = 'regexp_extract(regexp_extract(' ~ cell ~ ", '" ~ pattern ~ "', 1), '[+-].*')" -%}
    case
        -- nearly every cell, told without a pattern search
        when {{ cell }} like '____-__-_____:__:__' or length({{ cell }}) < 15 then null
        when ends_with({{ cell }}, 'Z') then 0
        when not regexp_matches({{ cell }}, '{{ pattern }}') then null
        when {{ zone }} = '' then 0
        else
            case when left({{ zone }}, 1) = '-' then -1 else 1 end
            * (
                3600 * cast(substring({{ zone }}, 2, 2) as integer)
                + case
                    when length({{ zone }}) > 3 then 60 * cast(right({{ zone }}, 2) as integer)
                    else 0
                end
            )
    end
{%- endmacro %}

{#-
    The UTC instant of a `*_at` column once `moment_joins` has found its clock: the stated offset, else that of the
    clock; at a clock change the one before it. Outside the calendar of clocks (1970 to 2100) UTC is assumed.
    Exists because the instant is needed in a join and in the select list.
    - column (string): the name of a `*_at` column of `values_read`
-#}
{% macro moment_in_utc(column) -%}
    {%- set wall = 'values_read.' ~ column -%}
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

{#-
    Whether the calendar day of a moment differs, or may differ, from the day it was written with: its zone is not the
    reporting one, or its wall time does not exist. Exists because most exports are in the reporting zone, and every
    look-up that is left out counts on the largest tables.
    - column (string): the name of a `*_at` column of `values_read`
-#}
{% macro needs_reporting_clock(column) -%}
    values_read.{{ column }}_has_time
    and (
        values_read.{{ column }}_offset is not null
        or values_read.source_timezone != values_read.reporting_timezone
        or values_read.{{ column }} < {{ column }}_written.local_gap_end
        and values_read.{{ column }} >= {{ column }}_written.local_gap_start
    )
{%- endmacro %}
