{#-
The CTEs that turn changes (by key, grain and period) into levels at the end of every period, from a segment's first
change on: `running_levels`. Exists because a period in which nothing changes keeps its level.
- changes (string): the CTE of the changes: the key, `grain`, `period_start` and the amount
- key (list[string]): the columns of a segment
- amount (string): the column of what is added to the level
-#}
{% macro running_levels(changes, key, amount) -%}
segments as (
    select
        {% for column in key %}
            {{ column }},
        {% endfor %}
        grain,
        min(period_start) as first_start
    from {{ changes }}
    group by all
),

running_levels as (
    select
        {% for column in key %}
            segments.{{ column }},
        {% endfor %}
        segments.grain,
        periods.period_start,
        periods.period_end,
        sum(coalesce({{ changes }}.{{ amount }}, 0)) over (
            partition by
                {% for column in key %}
                    segments.{{ column }},
                {% endfor %}
                segments.grain
            order by periods.period_start
        ) as running_level
    from segments
    inner join periods
        on
            segments.grain = periods.grain
            and segments.first_start <= periods.period_start
    left join {{ changes }}
        on
            {% for column in key %}
                segments.{{ column }} = {{ changes }}.{{ column }} and
            {% endfor %}
            segments.grain = {{ changes }}.grain
            and periods.period_start = {{ changes }}.period_start
)
{%- endmacro %}
