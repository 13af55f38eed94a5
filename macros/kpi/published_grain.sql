{#-
Whether a dimension is published at a grain: `all` at every one, rep, team and channel down
to the week, the others by month, quarter and year.
-#}
{% macro published_grain(dimension, grain) -%}
(
    {{ dimension }} = 'all'
    or {{ grain }} in ('month', 'quarter', 'year')
    or (
        {{ grain }} in ('week', 'half_month')
        and {{ dimension }} in ('rep', 'team', 'channel')
    )
)
{%- endmacro %}
