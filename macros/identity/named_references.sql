{#-
Which record a name means, seen from each source: its own record, else, for a source that
refers to others, theirs in the declared order. The first source that knows the name
decides; there two records of different keys make it ambiguous, and the key null.
- entity (string): the entity whose records have the names
- id (string): the column of the record's id
- keyed (relation): the records with their keys: `source`, id and key
- key (string): the column of the key
-#}
{% macro named_references(entity, id, keyed, key) -%}
with records as (
    {{ current_rows(entity) }}
),

keyed as (select * from {{ keyed }}),

reachable as (select * from {{ ref('stg_settings__source_references') }}),

named as (
    select
        keyed.source,
        {{ folded_word('records.name') }} as name,
        case when count(distinct keyed.{{ key }}) = 1 then min(keyed.{{ key }}) end
            as {{ key }}
    from records
    inner join keyed
        on
            records.source = keyed.source
            and records.{{ id }} = keyed.{{ id }}
    group by all
),

named_records as (
    select
        reachable.source,
        named.name,
        named.{{ key }}
    from named
    inner join reachable
        on named.source = reachable.refers_to_source
    qualify
        row_number() over (
            partition by reachable.source, named.name
            order by reachable.reference_order
        ) = 1
)
{%- endmacro %}

{#-
The two joins by which a record finds a rep or an account (`kind`): by its id, and by its name where that is empty or
finds nothing. They read the CTEs `<kind>_references` and `<kind>_names`; `found_by_id_or_name` is the key that they lead
to. Exists so that every entity reads its names alike. The case stands on the left of the equality, as a condition of
the left side alone would turn the hash join into a nested loop.
- relation (string): the CTE of the records that refer
- kind (string): what is referred to: `rep` or `account`
- owner (string): what the two columns have before `<kind>_id` and `<kind>_name`, such as `owner_`
-#}
{% macro join_by_id_or_name(relation, kind, owner='') -%}
{%- set id = owner ~ kind ~ '_id' -%}
{%- set name = owner ~ kind ~ '_name' -%}
left join {{ kind }}_references
        on
            {{ relation }}.source = {{ kind }}_references.source
            and {{ relation }}.{{ id }} = {{ kind }}_references.{{ kind }}_id
    left join {{ kind }}_names
        on
            {{ relation }}.source = {{ kind }}_names.source
            and case
                when {{ kind }}_references.{{ kind }}_key is null
                    then {{ folded_word(relation ~ '.' ~ name) }}
            end = {{ kind }}_names.name
{%- endmacro %}

{#-
The key that the joins of `join_by_id_or_name` lead to; null where neither finds a record.
- kind (string): what is referred to: `rep` or `account`
-#}
{% macro found_by_id_or_name(kind) -%}
coalesce({{ kind }}_references.{{ kind }}_key, {{ kind }}_names.{{ kind }}_key)
{%- endmacro %}
