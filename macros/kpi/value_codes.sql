{#-
The codes of dimension values: a whole number each, so that millions of rows are grouped and joined without text.
Those of a dimension begin with its own first code, which is that of `(unknown)`; 0 is `all`. `kpi_dimension_values`
gives the words. Exists because events, slices and values must speak of the same codes.
- dimension (string): the dimension, by its name
-#}
{% macro unknown_code(dimension) -%}
{{ (kpi_dimensions().index(dimension) + 1) * 10000000 }}
{%- endmacro %}

{#- The dimensions that are published by week and half month too: the first ones of `kpi_dimensions`. -#}
{% macro kpi_short_dimensions() -%}
    {{ return(['rep', 'team', 'channel']) }}
{%- endmacro %}

{#-
The first code of the dimension that a code belongs to.
- code (string): SQL of the code
-#}
{% macro first_code_of(code) -%}
cast(floor({{ code }} / 10000000) as integer) * 10000000
{%- endmacro %}

{#-
Whether the dimension of a code is published at a grain: `all` at every one, rep, team and channel down to the week,
the others by month, quarter and year.
- code (string): SQL of the code
- grain (string): SQL of the grain
-#}
{% macro published_code(code, grain) -%}
(
    {{ code }} = 0
    or {{ grain }} in ('month', 'quarter', 'year')
    or (
        {{ grain }} in ('week', 'half_month')
        and {{ code }} < {{ (kpi_short_dimensions() | length + 1) * 10000000 }}
    )
)
{%- endmacro %}

{#-
The code of each of these columns, as `join_value_codes` has found them.
- columns (list[string]): the columns of the codes
-#}
{% macro value_codes(columns) -%}
{%- for column in columns %}
        {{ column }}_values.value_code as {{ column }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{#-
The joins that find the codes of words: `words` names each column's text, `prefix` what a column has before the name
of its dimension. A missing word is `missing`, without that null; the caller has a CTE `dimension_values`.
- words (dict[string, string]): SQL of the word, by the column of its code
- prefix (string): what a column has before the name of its dimension
- missing (string): the word that stands for a missing one; none: its code is null
-#}
{% macro join_value_codes(words, prefix='', missing='(unknown)') -%}
{%- for column, word in words.items() %}
    left join dimension_values as {{ column }}_values
        on
            {{ column }}_values.dimension = '{{ column[prefix | length:] }}'
            {%- if missing %}
            and coalesce({{ word }}, '{{ missing }}') = {{ column }}_values.dimension_value
            {%- else %}
            and {{ word }} = {{ column }}_values.dimension_value
            {%- endif %}
{%- endfor %}
{%- endmacro %}

{#-
The codes of who it happened with: the person's (`prospects`), else the company's (`accounts`), else `(unknown)`.
-#}
{% macro who_codes() -%}
{%- for dimension in kpi_who_dimensions() %}
        coalesce(
            prospects.{{ dimension }},
            {%- if not is_of_person(dimension) %}
            accounts.{{ dimension }},
            {%- endif %}
            {{ unknown_code(dimension) }}
        ) as {{ dimension }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{#-
Of a GROUPING SETS over single coded dimensions: the code that a row is for, 0 for all. Null is a dimension that the
event does not carry.
- dimensions (list[string]): the dimensions, columns of codes
-#}
{% macro grouped_code(dimensions) -%}
case
    {%- for dimension in dimensions %}
        when grouping({{ dimension }}) = 0 then {{ dimension }}
    {%- endfor %}
        else 0
    end as value_code
{%- endmacro %}
