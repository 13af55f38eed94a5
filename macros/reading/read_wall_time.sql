{#-
    A cell as the wall time written in it (midnight when it is a day), null when it is not a date: ISO, or day or
    month first where `reading_rules.date_order` says so. A zone behind the time is left to `written_offset`.
    Exists because a cast alone accepts `infinity`, one-digit months and other readings that nobody asked for.
-#}
{% macro read_wall_time(cell) -%}
    {%- set rest = ":[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?" ~
        "( ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?))?" -%}
    {%- set iso = "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3])" ~ rest ~ ")?" -%}
    {%- set local = "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}" ~
        "([T ]([01]?[0-9]|2[0-3])" ~ rest ~ ")?" -%}
    case
        when regexp_full_match({{ cell }}, '{{ iso }}')
            then {{ cast_wall_time(cell) }}
        when regexp_full_match({{ trimmed(cell) }}, '{{ iso }}')
            then {{ cast_wall_time(trimmed(cell)) }}
        when
            reading_rules.date_order <> 'iso'
            and regexp_full_match({{ trimmed(cell) }}, '{{ local }}')
            then {{ cast_wall_time(year_first(trimmed(cell))) }}
    end
{%- endmacro %}

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

{#-
    A date text with day or month first, rewritten as year-month-day; what follows the date stays.
    Exists because backward references are written differently on another engine: this is the one place.
-#}
{% macro year_first(text) -%}
    regexp_replace(
        {{ text }},
        '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)',
        case when reading_rules.date_order = 'dmy' then '\3-\2-\1' else '\3-\1-\2' end
    )
{%- endmacro %}
