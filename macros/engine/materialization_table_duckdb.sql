{#-
A table that takes the place of the last one in one transaction. Readers never see the private
warehouse, so that nothing has to be built beside it and renamed: three statements less a model.
With `joins_as_written` in its meta the right side of each join is the one that is kept in memory:
DuckDB takes a large entity without its rejects for a twenty-fifth of what it is, and would keep that.
A model with `kept_per: load` keeps the rows of loads that are as they were, one with `kept_per: record` those of
records of which nothing changed (`renew_per_load.sql`, `renew_per_record.sql`).
-#}
{% materialization table, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- set kept_per = config.get('meta', {}).get('kept_per') -%}
    {%- if kept_per == 'load' -%}
        {%- if not renew_per_load(existing, target, sql) -%}
            {%- do create_kept_per_load(existing, target, sql) -%}
        {%- endif -%}
    {%- elif kept_per == 'record' -%}
        {%- if not renew_per_record(existing, target, sql) -%}
            {%- do create_kept_per_record(existing, target, sql) -%}
        {%- endif -%}
    {%- else -%}
        {%- call statement('main') -%}
            {{ create_anew(existing, target, sql) }}
        {%- endcall -%}
    {%- endif -%}
    {% if config.get('contract').enforced -%}
        {% do hold_to_contract(target) %}
    {%- endif %}
    {{ run_hooks(post_hooks) }}
    {% do persist_docs(target, model) %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#-
Refuse a table whose columns are not those of its contract, before it is committed. dbt would have the
model's SQL bound once more to ask for its columns; those of the table that was made of it are at hand.
What is not told by its very name is left to dbt, which knows types by other names and says what differs.
- relation (relation): the table that was built, with the model at hand
-#}
{% macro hold_to_contract(relation) %}
    {%- set declared = [] -%}
    {%- for column in model.columns.values() -%}
        {%- do declared.append((column.name ~ ' ' ~ column.data_type) | lower) -%}
    {%- endfor -%}
    {%- set built = [] -%}
    {%- set rows = 'select * from ' ~ relation -%}
    {%- for column in adapter.get_column_schema_from_query(rows ~ ' limit 0') -%}
        {%- do built.append((column.column ~ ' ' ~ column.dtype) | lower) -%}
    {%- endfor -%}
    {%- if declared | sort != built | sort -%}
        {%- do assert_columns_equivalent(rows) -%}
    {%- endif -%}
{% endmacro %}

{#-
The statements that put a table made of the model's SQL in the place of the last one.
- existing (relation): the table as the last build left it; none where there is none
- target (relation): the table that is built
- sql (string): the model's SQL as compiled
-#}
{% macro create_anew(existing, target, sql) -%}
    {%- if existing is not none -%}
        drop {{ existing.type }} if exists {{ existing }};
    {% endif -%}
    {%- set joins_as_written = model.config.meta.get('joins_as_written', false) -%}
    {%- if joins_as_written -%}
        set disabled_optimizers = 'build_side_probe_side';
    {% endif -%}
    create table {{ target }} as (
        {{ imports_in_place(sql) }}
    )
    {%- if joins_as_written -%}
        ;
        reset disabled_optimizers
    {%- endif -%}
{%- endmacro %}
