{#-
The CTEs that rank reasons by how often each was given, from a CTE of what was said (day, reason, amount and
the codes of dimensions): `name` per month, quarter and year, dimension and value. `amount` names the sum of the amounts; without
it there is none. Exists because losses, churn and complaints are told alike; ties go by the reason's text, and the
cumulative share ends at exactly 1.
- name (string): the last CTE
- said (string): the CTE of what was said
- dimensions (list[string]): the dimensions, columns of codes
- amount (string): the column of the summed amounts; none without amounts
-#}
{% macro ranked_reasons(name, said, dimensions, amount=none) -%}
placed_reasons as (
    select
        {% for dimension in dimensions %}
            {{ said }}.{{ dimension }},
        {% endfor %}
        {{ said }}.reason,
        {% if amount %}
            {{ said }}.amount,
        {% endif %}
        grains.grain,
        {{ start_of_grain(['month', 'quarter', 'year']) }} as period_start
    from {{ said }}
    inner join {{ ref('kpi_calendar') }} as calendar
        on {{ said }}.day = calendar.day
    cross join {{ rows_of_grains(['month', 'quarter', 'year']) }}
),

counted_reasons as (
    select
        grain,
        period_start,
        {{ grouped_code(dimensions) }},
        reason,
        {% if amount %}
            cast(sum(amount) as double) as {{ amount }},
        {% endif %}
        count(*) as occurrences
    from placed_reasons
    group by grouping sets ( -- unknown to the linter -- noqa: PRS
        (grain, period_start, reason),
        {% for dimension in dimensions %}
            (grain, period_start, reason, {{ dimension }}){{ ',' if not loop.last }}
        {% endfor %}
    )
),

{{ name }} as (
    select
        counted_reasons.grain,
        counted_reasons.period_start,
        dimension_values.dimension,
        dimension_values.dimension_value,
        dimension_values.dimension_label,
        counted_reasons.reason,
        row_number() over by_frequency as reason_rank,
        counted_reasons.occurrences,
        {% if amount %}
            counted_reasons.{{ amount }},
        {% endif %}
        counted_reasons.occurrences
        / cast(sum(counted_reasons.occurrences) over segment as double) as share,
        sum(counted_reasons.occurrences) over by_frequency
        / cast(sum(counted_reasons.occurrences) over segment as double)
            as cumulative_share
    from counted_reasons
    inner join {{ ref('kpi_dimension_values') }} as dimension_values
        on counted_reasons.value_code = dimension_values.value_code
    window
        segment as (
            partition by
                counted_reasons.grain,
                counted_reasons.period_start,
                counted_reasons.value_code
        ),
        by_frequency as (
            partition by
                counted_reasons.grain,
                counted_reasons.period_start,
                counted_reasons.value_code
            order by counted_reasons.occurrences desc, counted_reasons.reason asc
        )
)
{%- endmacro %}
