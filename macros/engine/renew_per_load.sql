{#-
Builds a staging table load by load: what a load's rows were made from is kept in the table's own comment, and only
loads of which that changed are read and replaced, in the transaction that writes the comment. Such a table is a pure
function of each load by itself; its models say so (`kept_per: load`) and stay plain selects over all loads. Returns
false where nothing can be kept: the whole table has to be built, by `create_kept_per_load`.
- existing (relation): the table as the last build left it; none where there is none
- target (relation): the table that is built
- sql (string): the model's SQL as compiled
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

{#-
Builds the whole table, with the comment that later builds go by.
- existing (relation): the table as the last build left it; none where there is none
- target (relation): the table that is built
- sql (string): the model's SQL as compiled
-#}
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
- sql (string): the model's SQL as compiled
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

{#-
What a set of rows holds, whatever their order: their number and the sum of their hashes.
- relation (string): the name that the query has for the relation, whose whole rows are hashed
-#}
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

{#-
The model's SQL over the files of some loads: no other file is opened. The empty ones give the columns.
- sql (string): the model's SQL as compiled
- landed (dict[string, any]): by load: `files` and `made_from`, as `landed_loads` returns them
- load_ids (list[string]): the loads that are read
-#}
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

{#-
What the comment of a table says of each load in it; nothing where there is no such table or comment.
- existing (relation): the table as the last build left it; none where there is none
-#}
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

{#-
Writes what each load was made from into the comment of the table, which the next build goes by.
- target (relation): the table that is built
- landed (dict[string, any]): by load: `files` and `made_from`, as `landed_loads` returns them
-#}
{% macro comment_on_loads(target, landed) -%}
    {%- set kept = {} -%}
    {%- for load_id, load in landed.items() -%}
        {%- do kept.update({load_id: load.made_from}) -%}
    {%- endfor -%}
    comment on table {{ target }} is '{{ tojson(kept, sort_keys=true) | replace("'", "''") }}'
{%- endmacro %}
