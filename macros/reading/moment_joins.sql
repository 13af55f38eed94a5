{#-
    The two clock look-ups of each `*_at` column of a CTE `values_read`: the clock the wall time was written under (the
    source's; the reporting one for a day), and the reporting clock at that instant. Both keys of `clocks` are one
    row a day, so no row is lost or doubled. Exists because time zone functions per row cost 20 times as much.
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
