{#-
    A year-first date text as a timestamp, whatever zone is written behind it; null for 30 February.
    Exists because the cast ignores a zone behind seconds but fails on one behind minutes.
-#}
{% macro cast_wall_time(text) -%}
    coalesce(
        try_cast({{ text }} as timestamp),
        try_cast(
            regexp_replace({{ text }}, ' ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$', '')
            as timestamp
        )
    )
{%- endmacro %}
