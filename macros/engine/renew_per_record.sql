{#-
Builds a large table of records anew for those records only of which something changed. The model's meta says
(`records`) of which landed table it is made, through which view, and by which columns of a landed row (`landed`) or of
the row that became of it (`row`) each other table is looked up. Of those a hash per key is kept beside the table; of
the landed table its loads; of the clock its day, for rows behind it; what is listed nowhere counts with all its rows.
Returns false where the whole table has to be built: also when most records are affected.
- existing (relation): the table as the last build left it; none where there is none
- target (relation): the table that is built
- sql (string): the model's SQL as compiled
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
        {% call statement('drop') -%}
            {{ drop_what_was_compared() }}
        {%- endcall %}
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
        {% if changed -%}
        create or replace table {{ kept }} as from looked_up_now;
        {% endif -%}
        {{ comment_on_records(target, now) }};
        {{ drop_what_was_compared() }}
    {%- endcall %}
    {{ return(true) }}
{%- endmacro %}

{#- The connection lives on after the model: what it was compared with would stay in its memory. -#}
{% macro drop_what_was_compared() -%}
    drop table looked_up_now;
    drop table looked_up_changed;
    drop table affected
{%- endmacro %}

{#-
Builds the whole table, and keeps what later builds go by.
- existing (relation): the table as the last build left it; none where there is none
- target (relation): the table that is built
- sql (string): the model's SQL as compiled
-#}
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
- records (dict[string, any]): what the model's meta says of its `records`
- sql (string): the model's SQL as compiled
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
- records (dict[string, any]): what the model's meta says of its `records`
- tables (dict[string, relation]): the tables that the model and its view read, by name
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

{#-
SQL in which tables that are looked up have no columns but their key and what is told: no other can be read.
- sql (string): the SQL that reads the tables, by their whole names
- records (dict[string, any]): what the model's meta says of its `records`
- tables (dict[string, relation]): the tables that the model and its view read, by name
-#}
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

{#-
The model's SQL over the affected records only: its view is put in place, with their landed rows alone.
- sql (string): the model's SQL as compiled
- view (string): SQL of the model's view
- records (dict[string, any]): what the model's meta says of its `records`
- tables (dict[string, relation]): the tables that the model and its view read, by name
-#}
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

{#-
Writes what the table was made from into its comment, which the next build goes by.
- target (relation): the table that is built
- now (dict[string, any]): what the table was made from, as `records_made_from` returns it
-#}
{% macro comment_on_records(target, now) -%}
    {%- set kept = {'made_from': now.made_from, 'loads': now.loads, 'day': now.day} -%}
    comment on table {{ target }} is '{{ tojson(kept, sort_keys=true) | replace("'", "''") }}'
{%- endmacro %}
