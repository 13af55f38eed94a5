{#-
    The three columns of a moment: `x_at` in UTC, `x_on` the calendar day in the reporting zone, `x_has_time`. A value
    without a time of day stays its own day whatever the zone. Exists so that this rule is written once.
-#}
{% macro moment_columns(column) -%}
    {%- set stem = column | replace("_at", "") -%}
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
