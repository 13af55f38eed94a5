{#-
The model's SQL with its imports read where they are named. DuckDB writes a CTE that is named twice into memory first, with
all columns that either reader takes: of a table, the whole table once more. An import that is nothing but a table, or some
of its rows, is read from there each time instead, by the columns and rows that are wanted. Imports of views stay as they
are: what they compute is computed once.
- sql (string): the model's SQL as compiled
-#}
{% macro imports_in_place(sql) -%}
    {%- set texts = [sql] -%}
    {%- set conditions = '[ \n]+where ((?!(group|order|limit|qualify|union)\\b)[^()])*' -%}
    {%- for reference in model.refs -%}
        {%- set built = load_cached_relation(ref(reference.name)) -%}
        {%- if built is not none and built.is_table -%}
            {%- set table = modules.re.escape(ref(reference.name) | string) -%}
            {%- set import = '(?<= as )(?=[(][ \n]*select [*] from ' ~ table ~ '(' ~ conditions ~ ')?[ \n]*[)])' -%}
            {%- do texts.append(modules.re.sub(import, 'not materialized ', texts[-1])) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- texts[-1] -}}
{%- endmacro %}
