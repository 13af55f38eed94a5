{#-
A table that takes the place of the last one in one transaction. Readers never see the private
warehouse, so that nothing has to be built beside it and renamed: three statements less a model.
A model with `kept_per: load` keeps the rows of loads that are as they were (see `kept_per_load.sql`).
-#}
{% materialization table, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if config.get('meta', {}).get('kept_per') == 'load' -%}
        {%- if not renew_per_load(existing, target, sql) -%}
            {%- do create_kept_per_load(existing, target, sql) -%}
        {%- endif -%}
    {%- else -%}
    {% call statement('main') -%}
        {% if existing is not none -%}
            drop {{ existing.type }} if exists {{ existing }};
        {% endif -%}
        {{ create_table_as(False, target, sql) }}
    {%- endcall %}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {% do persist_docs(target, model) %}
    {{ adapter.commit() }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
