{#-
    The `issues` of a row, as `column:rule` in a comma list, null when there are none: optional cells that gave no value
    though they are not empty, improbable years, times of day dropped from a day, times at a clock change, ids that a
    program has made decimals of (`1.0`), and `others`, conditions that the model names itself. `required` and `optional` map columns to their types. Exists so that no
    value is dropped or bent in silence.
    - required (dict[string, string]): type (`text`, `id`, `moment` …) by column, of those that a row cannot be without
    - optional (dict[string, string]): type by column, of the others
    - others (dict[string, string]): SQL of a condition, by the issue that it means
-#}
{% macro issues(required, optional, others={}) -%}
    nullif(concat_ws(
        ',',
        {%- for column, type in optional.items() %}
        case
            when values_read.{{ column }} is null and values_read.cells.{{ column }} is not null
                then
                    {%- if type in ('id', 'text') %}
                    case
                        when contains(values_read.cells.{{ column }}, '{{ "\ufffd" }}')
                            then '{{ column }}:encoding'
                    end
                    {%- else %}
                    '{{ column }}:' || nullif({{ unread_rule(column, type) }}, 'missing')
                    {%- endif %}
        end,
        {%- endfor %}
        {%- for column, type in dict(required, **optional).items() if type in ('day', 'moment') %}
        case
            when
                values_read.{{ column }} < date '1990-01-01'
                or values_read.{{ column }} >= values_read.improbable_from
                then '{{ column }}:improbable_year'
        end,
        {%- if type == 'day' %}
        case
            when
                contains(values_read.cells.{{ column }}, ':')
                and not regexp_matches(
                    values_read.cells.{{ column }},
                    '[ T](0?0:00(:00([.]0+)?)?($|[^:.0-9])|12:00(:00)? ?[aA])'
                )
                then '{{ column }}:time_of_day'
        end,
        {%- else %}
        case
            when
                values_read.{{ column }}_has_time
                and values_read.{{ column }} >= {{ column }}_written.local_gap_start
                and values_read.{{ column }} < {{ column }}_written.local_gap_end
                then '{{ column }}:clock_change'
        end,
        {%- endif %}
        {%- endfor %}
        {%- for column, type in optional.items() if type == 'id' %}
        case
            when {{ rounded_id('values_read.' ~ column) }} then '{{ column }}:rounded_id'
        end,
        {%- endfor %}
        {%- for column, type in dict(required, **optional).items() if type == 'id' %}
        case
            when
                ends_with(values_read.{{ column }}, '.0')
                and regexp_full_match(values_read.{{ column }}, '[0-9]+[.]0')
                then '{{ column }}:point_zero'
        end,
        {%- endfor %}
        {%- for column_rule, condition in others.items() %}
        case when {{ condition }} then '{{ column_rule }}' end,
        {%- endfor %}
        null
    ), '') as issues
{%- endmacro %}
