{#-
A table that takes the place of the last one in one transaction. Readers never see the private
warehouse, so that nothing has to be built beside it and renamed: three statements less a model.
With `joins_as_written` in its meta the right side of each join is the one that is kept in memory:
DuckDB takes a large entity without its rejects for a twenty-fifth of what it is, and would keep that.
A model with `kept_per: load` keeps the rows of loads that are as they were, one with `kept_per: record` those of
records of which nothing changed (below).
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

{% macro create_anew(existing, target, sql) -%}
    {%- if existing is not none -%}
        drop {{ existing.type }} if exists {{ existing }};
    {% endif -%}
    {%- set joins_as_written = model.config.meta.get('joins_as_written', false) -%}
    {%- if joins_as_written -%}
        set disabled_optimizers = 'build_side_probe_side';
    {% endif -%}
    create table {{ target }} as (
        {{ sql }}
    )
    {%- if joins_as_written -%}
        ;
        reset disabled_optimizers
    {%- endif -%}
{%- endmacro %}

{#-
Builds a staging table load by load: what a load's rows were made from is kept in the table's own comment, and only
loads of which that changed are read and replaced, in the transaction that writes the comment. Such a table is a pure
function of each load by itself; its models say so (`kept_per: load`) and stay plain selects over all loads. Returns
false where nothing can be kept: the whole table has to be built, by `create_kept_per_load`.
-#}
{% macro renew_per_load(existing, target, sql) -%}
    {%- set landed = landed_loads(sql) -%}
    {%- set kept = loads_kept_in(existing) -%}
    {%- set renewed = [] -%}
    {%- set unchanged = [] -%}
    {%- for load_id, load in landed.items() -%}
        {%- do (unchanged if kept.get(load_id) == load.made_from else renewed).append(load_id) -%}
    {%- endfor -%}
    {%- set outdated = kept.keys() | reject('in', unchanged) | list -%}
    {%- if not unchanged or (outdated and unchanged == ['_empty']) -%}
        {{ return(false) }}
    {%- endif -%}
    {% call statement('main') -%}
        {%- if outdated %}
            delete from {{ target }} where load_id in ({{ quoted_values(outdated) }});
        {%- endif %}
        {%- if renewed %}
            insert into {{ target }}
            {{ only_loads(sql, landed, renewed) }};
        {%- endif %}
        {%- if outdated or renewed %}
            {{ comment_on_loads(target, landed) }}
        {%- else %}
            select 'every load is as it was'
        {%- endif %}
    {%- endcall %}
    {{ return(true) }}
{%- endmacro %}

{#- Builds the whole table, with the comment that later builds go by. -#}
{% macro create_kept_per_load(existing, target, sql) -%}
    {%- set landed = landed_loads(sql) -%}
    {% call statement('main') -%}
        {{ create_anew(existing, target, sql) }};
        {{ comment_on_loads(target, landed) }}
    {%- endcall %}
{%- endmacro %}

{#-
By load: its files and the hash of all that its rows are made from, which is the model's SQL as compiled, DuckDB's
version (rows keep hashes), the load's files, and all rows of every model that it reads, or the load's own of those in
`read_by_load`, which are joined by the load. A file is told by name, size and time: landed files are never changed,
translated ones only made anew.
-#}
{% macro landed_loads(sql) -%}
    {%- set whole, by_load = [], [] -%}
    {%- for reference in model.refs -%}
        {%- set is_by_load = reference.name in config.get('meta').read_by_load -%}
        {%- do (by_load if is_by_load else whole).append(ref(reference.name)) -%}
    {%- endfor -%}
    {%- set found -%}
        with files as (
            select
                regexp_extract(filename, '([^/]+)[.]parquet$', 1) as load_id,
                string_agg(filename, chr(10) order by filename) as files,
                string_agg(size || ' ' || epoch_us(last_modified), ' ' order by filename) as facts
            from read_blob({{ landed_globs() }})
            group by all
        ),

        read_by_load as (
            select load_id, string_agg(content, ' ' order by relation) as content
            from (
                {% for relation in by_load -%}
                    select
                        {{ loop.index }} as relation,
                        load_id,
                        {{ content_of('kept') }} as content
                    from {{ relation }} as kept
                    group by all
                    union all
                {% endfor -%}
                select 0, null, null
            )
            group by all
        )

        select
            files.load_id,
            files.files,
            md5(concat_ws(
                ' ',
                '{{ local_md5(sql) }}',
                version(),
                files.facts,
                read_by_load.content
                {%- for relation in whole -%}
                    , (select {{ content_of('kept') }} from {{ relation }} as kept)
                {%- endfor %}
            )) as made_from
        from files
        left join read_by_load on files.load_id = read_by_load.load_id
        order by files.load_id
    {%- endset -%}
    {%- set loads = {} -%}
    {%- for row in run_query(found) -%}
        {%- do loads.update({row[0]: {'files': row[1].split('\n'), 'made_from': row[2]}}) -%}
    {%- endfor -%}
    {{ return(loads) }}
{%- endmacro %}

{#- What a set of rows holds, whatever their order: their number and the sum of their hashes. -#}
{% macro content_of(relation) -%}
    count(*) || ' ' || coalesce(sum(hash({{ relation }})), 0)
{%- endmacro %}

{#- The list of patterns of files that the model's landed source reads, as its description writes it. -#}
{% macro landed_globs() -%}
    {%- set landed = source(*model.sources[0]) | string -%}
    {%- if model.sources | length != 1 or landed.count('read_parquet([') != 1 -%}
        {{ exceptions.raise_compiler_error('kept_per: load is for models of one landed source, a list of files') }}
    {%- endif -%}
    {{- return('[' ~ landed.split('read_parquet([')[1].split(']')[0] ~ ']') -}}
{%- endmacro %}

{#- The model's SQL over the files of some loads: no other file is opened. The empty ones give the columns. -#}
{% macro only_loads(sql, landed, load_ids) -%}
    {%- set files = [] -%}
    {%- for load_id in ['_empty'] + (load_ids | reject('equalto', '_empty') | list) -%}
        {%- do files.extend(landed[load_id].files) -%}
    {%- endfor -%}
    {%- set globs = landed_globs() -%}
    {%- if globs not in sql -%}
        {{ exceptions.raise_compiler_error('the landed files do not stand in the SQL as compiled') }}
    {%- endif -%}
    {{- sql | replace(globs, "['" ~ files | map('replace', "'", "''") | join("', '") ~ "']") -}}
{%- endmacro %}

{#- What the comment of a table says of each load in it; nothing where there is no such table or comment. -#}
{% macro loads_kept_in(existing) -%}
    {%- if existing is none or not existing.is_table or should_full_refresh() -%}
        {{ return({}) }}
    {%- endif -%}
    {%- set comments = run_query(
        "select comment from duckdb_tables() where database_name = current_database() and schema_name = '"
        ~ existing.schema ~ "' and table_name = '" ~ existing.identifier ~ "'"
    ) -%}
    {{ return(fromjson(comments.columns[0].values()[0] or '{}', {})) }}
{%- endmacro %}

{% macro comment_on_loads(target, landed) -%}
    {%- set kept = {} -%}
    {%- for load_id, load in landed.items() -%}
        {%- do kept.update({load_id: load.made_from}) -%}
    {%- endfor -%}
    comment on table {{ target }} is '{{ tojson(kept, sort_keys=true) | replace("'", "''") }}'
{%- endmacro %}

{#-
Builds a large table of records anew for those records only of which something changed. The model's meta says
(`records`) of which landed table it is made, through which view, and by which columns of a landed row (`landed`) or of
the row that became of it (`row`) each other table is looked up. Of those a hash per key is kept beside the table; of
the landed table its loads; of the clock its day, for rows behind it; what is listed nowhere counts with all its rows.
Returns false where the whole table has to be built: also when most records are affected.
-#}
{% macro renew_per_record(existing, target, sql) -%}
    {%- set records = config.get('meta').records -%}
    {%- set now = records_made_from(records, sql) -%}
    {%- set before = now.before if existing is not none and existing.is_table else {} -%}
    {%- if should_full_refresh() or not now.loads or before.get('made_from') != now.made_from -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for load_id, made_from in before.loads.items() if now.loads.get(load_id) != made_from -%}
        {{ return(false) }}
    {%- endfor -%}
    {%- set new_loads = now.loads.keys() | reject('in', before.loads) | list -%}
    {%- set landed, kept = now.tables[records.model], records_kept() -%}
    {% call statement('looked_up') -%}
        create or replace temp table looked_up_now as {{ looked_up_now(records, now.tables) }};
        create or replace temp table looked_up_changed as
        select distinct looked_up, key_hash
        from (
            ((from looked_up_now) except all (from {{ kept }}))
            union all
            ((from {{ kept }}) except all (from looked_up_now))
        )
    {%- endcall %}
    {%- set changed = run_query('select distinct looked_up from looked_up_changed').columns[0].values() -%}
    {% call statement('affected') -%}
        create or replace temp table affected as
        select distinct {{ records.key | join(', ') }}
        from (
            select {{ records.key | join(', ') }}
            from {{ landed }}
            where load_id in ({{ quoted_values(new_loads or ['']) }})
            {%- for name, table in records.looked_up.items() if name in changed -%}
                {%- set keys = "(select key_hash from looked_up_changed where looked_up = '" ~ name ~ "')" -%}
                {%- for columns in table.landed or [] %}
                    union all
                    select {{ records.key | join(', ') }} from {{ landed }} where hash({{ columns }}) in {{ keys }}
                {%- endfor %}
                {%- if table.row %}
                    union all
                    select {{ records.key | join(', ') }} from {{ target }} where hash({{ table.row }}) in {{ keys }}
                {%- endif %}
            {%- endfor %}
            {%- if before.day != now.day %}
                union all
                select {{ records.key | join(', ') }}
                from {{ target }}
                where {{ records.clock.row }} > least(date '{{ before.day }}', date '{{ now.day }}')
            {%- endif %}
        )
    {%- endcall %}
    {%- set share = 'select (select count(*) from affected) * 2 > count(*) from ' ~ target -%}
    {%- if run_query(share).columns[0].values()[0] -%}
        {{ return(false) }}
    {%- endif -%}
    {% call statement('main') -%}
        delete from {{ target }} using affected
        where
            {% for column in records.key -%}
                {{ 'and ' if not loop.first }}{{ target }}.{{ column }} = affected.{{ column }}
            {% endfor -%};
        insert into {{ target }} by name
        {{ over_affected(sql, now.view, records, now.tables) }};
        create or replace table {{ kept }} as from looked_up_now;
        {{ comment_on_records(target, now) }};
        drop table looked_up_now;
        drop table looked_up_changed;
        drop table affected
    {%- endcall %}
    {{ return(true) }}
{%- endmacro %}

{#- Builds the whole table, and keeps what later builds go by. -#}
{% macro create_kept_per_record(existing, target, sql) -%}
    {%- set records = config.get('meta').records -%}
    {%- set now = records_made_from(records, sql) -%}
    {% call statement('main') -%}
        {{ create_anew(existing, target, narrowed(sql, records, now.tables)) }};
        create schema if not exists {{ records_kept().without_identifier() }};
        create or replace table {{ records_kept() }} as {{ looked_up_now(records, now.tables) }};
        {{ comment_on_records(target, now) }}
    {%- endcall %}
{%- endmacro %}

{#- Where the hashes of what a table of records looks up are kept. -#}
{% macro records_kept() -%}
    {{ return(api.Relation.create(database=this.database, schema='kept', identifier=this.identifier, type='table')) }}
{%- endmacro %}

{#-
What decides over all records, as one hash (the SQL of the model and of its view, DuckDB's version, whole tables); the
loads of the landed table; the day of the clock; and what was kept of these with the table as it is (`before`).
-#}
{% macro records_made_from(records, sql) -%}
    {%- set view = ref(records.view) -%}
    {%- set in_catalog = "database_name = current_database() and schema_name = '%s' and %s_name = '%s'" -%}
    {%- set defined = run_query(
        'select sql from duckdb_views() where ' ~ in_catalog % (view.schema, 'view', view.identifier)
    ).columns[0].values()[0] -%}
    {%- set tables = {} -%}
    {%- for reference in model.refs -%}
        {%- do tables.update({reference.name: ref(reference.name)}) -%}
    {%- endfor -%}
    {%- for schema, name in modules.re.findall(view.database ~ '[.]([a-z]+)[.]([a-z_]+)', defined) -%}
        {%- if name != records.model and name not in records.looked_up -%}
            {{ exceptions.raise_compiler_error(records.view ~ ' reads ' ~ name ~ ': say by what, in `looked_up`') }}
        {%- endif -%}
        {%- do tables.update({name: api.Relation.create(database=view.database, schema=schema, identifier=name)}) -%}
    {%- endfor -%}
    {%- set landed = tables[records.model] -%}
    {%- set apart = [records.model, records.view, records.clock.model] + records.looked_up.keys() | list -%}
    {%- set found -%}
        select
            (select comment from duckdb_tables() where {{ in_catalog % (landed.schema, 'table', landed.identifier) }}),
            (select comment from duckdb_tables() where {{ in_catalog % (this.schema, 'table', this.identifier) }}),
            (select count(*) from duckdb_tables() where {{ in_catalog % ('kept', 'table', this.identifier) }}),
            (select cast({{ records.clock.told }} as varchar) from {{ tables[records.clock.model] }}),
            md5(concat_ws(
                ' ',
                '{{ local_md5(sql ~ defined ~ tojson(records)) }}',
                version()
                {%- for name, table in tables.items() if name not in apart -%}
                    , (select {{ content_of('kept') }} from {{ table }} as kept)
                {%- endfor %}
            ))
    {%- endset -%}
    {%- set row = run_query(found).rows[0] -%}
    {{ return({
        'tables': tables,
        'view': defined.split(' AS ', 1)[1].rstrip(';'),
        'loads': fromjson(row[0] or '{}'),
        'before': fromjson(row[1] or '{}') if row[2] == 1 else {},
        'day': row[3],
        'made_from': row[4],
    }) }}
{%- endmacro %}

{#-
A hash of the key and of what is told of it, for each row of each table that is looked up; where only some `rows` of a
table can be meant, for these; of those by source, for sources that landed something.
-#}
{% macro looked_up_now(records, tables) -%}
    {%- for name, table in records.looked_up.items() %}
        select
            '{{ name }}' as looked_up,
            hash({{ table.key }}) as key_hash,
            hash({{ table.told }}) as told_hash
        from {{ tables[name] }}
        {%- if table.rows %}
            where {{ table.rows }}
        {%- elif table.key.startswith('source,') %}
            where source in (select distinct source from {{ tables[records.model] }})
        {%- endif %}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- SQL in which tables that are looked up have no columns but their key and what is told: no other can be read. -#}
{% macro narrowed(sql, records, tables) -%}
    {%- set texts = [sql] -%}
    {%- set columns_read = {records.clock.model: records.clock.told} -%}
    {%- for name, table in records.looked_up.items() -%}
        {%- do columns_read.update({name: table.key ~ ', ' ~ table.told}) -%}
    {%- endfor -%}
    {%- for name, columns in columns_read.items() -%}
        {%- set relation = tables[name] -%}
        {%- set columns = '(select ' ~ columns ~ ' from ' ~ relation ~ ')' -%}
        {%- set parts = [relation.database, relation.schema, relation.identifier] -%}
        {%- set spelt = '"?' ~ parts | join('"?[.]"?') ~ '"?(?![a-z_"])' -%}
        {%- do texts.append(modules.re.sub(spelt, columns, texts[-1])) -%}
    {%- endfor -%}
    {{- texts[-1] -}}
{%- endmacro %}

{#- The model's SQL over the affected records only: its view is put in place, with their landed rows alone. -#}
{% macro over_affected(sql, view, records, tables) -%}
    {%- set landed, resolved = tables[records.model], tables[records.view] | string -%}
    {%- set name = [landed.database, landed.schema, landed.identifier] | join('.') ~ ' ' -%}
    {%- set rows -%}
        (select landed.* from {{ landed }} as landed semi join affected using ({{ records.key | join(', ') }}))
    {%- endset -%}
    {%- if view.count(name) != 1 or sql.count(resolved) != 1 -%}
        {{ exceptions.raise_compiler_error(this.identifier ~ ' or its view does not read the records just once') }}
    {%- endif -%}
    {%- set view = narrowed(view, records, tables) | replace(name, rows ~ ' ') -%}
    {{- narrowed(sql, records, tables) | replace(resolved, '(' ~ view ~ ')') -}}
{%- endmacro %}

{% macro comment_on_records(target, now) -%}
    {%- set kept = {'made_from': now.made_from, 'loads': now.loads, 'day': now.day} -%}
    comment on table {{ target }} is '{{ tojson(kept, sort_keys=true) | replace("'", "''") }}'
{%- endmacro %}
