{#-
Which record an id means, seen from each source: its own record, else, for a source that refers to others, theirs in the
declared order. One row per (source, id) that is known. `kind` is what links call such records: an id that no export
holds means the record that links lead to from it, as that of a record which the tool merged into another. Exists so that
ids of every kind are resolved alike.
- keyed (relation): the records with their keys: `source`, id and key
- id (string): the column of the record's id
- key (string): the column of the key
- kind (string): what links call such records; none where there are no links
-#}
{% macro resolved_references(keyed, id, key, kind=none) -%}
{% if kind -%}
with followed as (
    select * from {{ ref('int_links_followed') }}
    where kind = '{{ kind }}'
),

known as (
    select
        source,
        {{ id }},
        {{ key }}
    from {{ keyed }}
    union all
    select
        followed.from_source as source,
        followed.from_id as {{ id }},
        min(reached.{{ key }}) as {{ key }}
    from followed
    inner join {{ keyed }} as reached
        on
            followed.to_source = reached.source
            and followed.to_id = reached.{{ id }}
    anti join {{ keyed }} as own
        on
            followed.from_source = own.source
            and followed.from_id = own.{{ id }}
    group by all
)

{% endif -%}
select
    reachable.source,
    known.{{ id }},
    known.{{ key }}
from {{ 'known' if kind else keyed ~ ' as known' }}
inner join {{ ref('stg_settings__source_references') }} as reachable
    on known.source = reachable.refers_to_source
qualify
    row_number() over (
        partition by reachable.source, known.{{ id }}
        order by reachable.reference_order
    ) = 1
{%- endmacro %}
