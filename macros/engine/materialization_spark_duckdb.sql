{#-
A model whose rows Spark computes (orchestration/engines): it writes them as Parquet files, and the
table is a view on these. DuckDB only says which columns and types the query has.
-#}
{% materialization spark, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- set folder = adapter.external_root() ~ '/' ~ this.schema ~ '/' ~ this.identifier -%}
    {{ run_hooks(pre_hooks) }}
    {%- set columns = built_by_spark(folder) %}
    {% call statement('main') -%}
        create or replace view {{ target }} as
        select
            {% for column in columns -%}
            cast({{ adapter.quote(column[0]) }} as {{ column[1] }}) as {{ adapter.quote(column[0]) }}
            {{- ',' if not loop.last }}
            {% endfor -%}
        from read_parquet('{{ folder | replace("'", "''") }}/*.parquet')
    {%- endcall %}
    {% if config.get('contract').enforced -%}
        {% do hold_to_contract(target) %}
    {%- endif %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- A view of both engines: DuckDB's on the tables that Spark has built, Spark's on its own. -#}
{% materialization spark_view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {%- do built_by_spark('') %}
    {% call statement('main') -%}
        {{ get_create_view_as_sql(target, sql) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#-
Have Spark build the model; returns its columns and their types.
- folder (string): the folder of the Parquet files to write; empty for a view, which has none
-#}
{% macro built_by_spark(folder) %}
    {%- set columns = run_query('describe (' ~ sql ~ ')').rows -%}
    {%- do adapter.store_relation('spark', this, columns, folder, 'parquet', config) -%}
    {{ return(columns) }}
{% endmacro %}
