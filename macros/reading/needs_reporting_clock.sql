{#-
    Whether the calendar day of a moment differs, or may differ, from the day it was written with: its zone is not the
    reporting one, or its wall time does not exist. Exists because most exports are in the reporting zone, and every
    look-up that is left out counts on the largest tables.
-#}
{% macro needs_reporting_clock(column) -%}
    values_read.{{ column }}_has_time
    and (
        values_read.{{ column }}_offset is not null
        or values_read.source_timezone <> values_read.reporting_timezone
        or values_read.{{ column }} < {{ column }}_written.local_gap_end
        and values_read.{{ column }} >= {{ column }}_written.local_gap_start
    )
{%- endmacro %}
