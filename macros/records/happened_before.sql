{#-
Whether one moment lies before another, each given by the prefix of its three columns
(`_at`, `_on`, `_has_time`): instants are compared where both have a time of day, else
days, so that one day known only as such is never before itself. False when either is null.
- earlier (string): what the three columns of the one have before `_at`, `_on` and `_has_time`
- later (string): the same of the other
-#}
{% macro happened_before(earlier, later) -%}
coalesce(
    case
        when {{ earlier }}_has_time and {{ later }}_has_time
            then {{ earlier }}_at < {{ later }}_at
        else {{ earlier }}_on < {{ later }}_on
    end,
    false
)
{%- endmacro %}
