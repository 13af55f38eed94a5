{#-
What every model of findings selects of a group of rows: the check, where, how many, the money they are about (in the
currency that the rule names) and, where the rows are landed ones, the first of them. Exists so that `meta.data_quality`
can name file and row of an example. All arguments but the check and the entity are SQL.
- check (string): the name of the check
- entity (string): the entity; none where the rows tell it in a column `entity`
- column (string): SQL of the column that it is about
- rule (string): SQL of the rule that was broken
- amount (string): SQL of the money of a row
- rows (boolean): whether the rows are landed ones, with `load_id`, `file` and `load_row`
-#}
{% macro finding(check, entity, column='null', rule='null', amount='null', rows=true) -%}
'{{ check }}' as check_name,
            source,
            {{ "'" ~ entity ~ "' as entity" if entity else 'entity' }},
            cast({{ column }} as varchar) as column_name,
            cast({{ rule }} as varchar) as rule,
            count(*) as issue_count,
            cast(sum({{ amount }}) as decimal(38, 6)) as amount,
            {{ first_row(rows) }}
{%- endmacro %}

{#-
The columns of the first of a group of landed rows; all null where the rows are none.
- rows (boolean): whether they are landed ones, with `load_id`, `file` and `load_row`
-#}
{% macro first_row(rows=true) -%}
{%- for column, type in [('load_id', 'varchar'), ('file', 'varchar'), ('load_row', 'bigint')] %}
            {% if rows -%}
            min_by({{ column }}, struct_pack(l := load_id, f := file, r := load_row))
            {%- else -%}
            cast(null as {{ type }})
            {%- endif %} as {{ column }}{{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}
