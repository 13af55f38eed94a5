{#- The id of a rep's time in a month, which no tool gives one: what it is of. -#}
{% macro rep_time_id() -%}
concat_ws(
            ' ', rep_id, month, coalesce(channel, '-'), coalesce(campaign_id, '-')
        )
{%- endmacro %}
