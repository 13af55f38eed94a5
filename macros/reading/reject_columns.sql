{#-
    `reject_column` and `reject_rule` of a row: the first of its required columns that has no value, and why; both null
    for an accepted row; or its id was rounded by a spreadsheet. `required` maps a column to its type, `ranges` a required
    number to the condition it must meet, `unless` a required column to the condition under which it may be empty. Exists
    so that every entity rejects by the same rules, listed beside its columns.
    - required (dict[string, string]): type (`text`, `id`, `moment` …) by column, of those that a row cannot be without
    - ranges (dict[string, string]): SQL of the condition that must hold, by required number
    - unless (dict[string, string]): SQL of the condition under which it may be empty, by required column
-#}
{% macro reject_columns(required, ranges={}, unless={}) -%}
    case
        {%- for column in required %}
        when {{ lacks(column, unless) }} then '{{ column }}'
        {%- endfor %}
        {%- for column, type in required.items() if type == 'id' %}
        when {{ rounded_id('values_read.' ~ column) }} then '{{ column }}'
        {%- endfor %}
        {%- for column, condition in ranges.items() %}
        when not ({{ condition }}) then '{{ column }}'
        {%- endfor %}
    end as reject_column,
    case
        {%- for column, type in required.items() %}
        when {{ lacks(column, unless) }}
            then {{ unread_rule(column, type) }}
        {%- endfor %}
        {%- for column, type in required.items() if type == 'id' %}
        when {{ rounded_id('values_read.' ~ column) }} then 'rounded_id'
        {%- endfor %}
        {%- for condition in ranges.values() %}
        when not ({{ condition }}) then 'range'
        {%- endfor %}
    end as reject_rule
{%- endmacro %}

{#-
Whether a required column has no value, and may not be without.
- column (string): the required column, of `values_read`
- unless (dict[string, string]): SQL of the condition under which it may be empty, by required column
-#}
{% macro lacks(column, unless) -%}
    values_read.{{ column }} is null
    {%- if column in unless %}
        and not coalesce({{ unless[column] }}, false)
    {%- endif %}
{%- endmacro %}
