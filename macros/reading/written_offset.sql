{#-
    The offset from UTC, in seconds, that a cell states behind its time (Z, UTC, +02, +0200, +02:00); null when it
    states none. Exists because such a time needs no clock of the source, and casts to a zoned type differ by engine.
-#}
{% macro written_offset(cell) -%}
    {%- set pattern = "(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)[[:space:]]*$" -%}
    {%- set zone = "regexp_extract(" ~ cell ~ ", '" ~ pattern ~ "', 1)" -%}
    case
        -- nearly every cell, told without a pattern search
        when {{ cell }} like '____-__-_____:__:__' or not contains({{ cell }}, ':') then null
        when ends_with({{ cell }}, 'Z') then 0
        when not regexp_matches({{ cell }}, '{{ pattern }}') then null
        when {{ zone }} in ('Z', 'UTC') then 0
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
