{#-
Which record a name means, seen from each source: its own record, else, for a source that
refers to others, theirs in the declared order. The first source that knows the name
decides; there two records of different keys make it ambiguous, and the key null.
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
The join by which a name stands in for an id that is empty or finds nothing: `relation` holds the name, `names` is the
CTE of what names mean, `found` the key that the id leads to. Exists so that every entity reads its names alike. The case
stands on the left of the equality, as a condition of the left side alone would turn the hash join into a nested loop.
-#}
{% macro join_name(relation, column, names, found) -%}
left join {{ names }}
        on
            {{ relation }}.source = {{ names }}.source
            and case
                when {{ found }} is null
                    then {{ folded_word(relation ~ '.' ~ column) }}
            end = {{ names }}.name
{%- endmacro %}
