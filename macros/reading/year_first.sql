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
