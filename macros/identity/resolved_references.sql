{#-
Which record an id means, seen from each source: its own record, else, for a source that
refers to others, theirs in the declared order. One row per (source, id) that is known.
-#}
{% macro resolved_references(keyed, id, key) -%}
select
    reachable.source,
    keyed.{{ id }},
    keyed.{{ key }}
from {{ keyed }} as keyed
inner join {{ ref('stg_settings__source_references') }} as reachable
    on keyed.source = reachable.refers_to_source
qualify
    row_number() over (
        partition by reachable.source, keyed.{{ id }}
        order by reachable.reference_order
    ) = 1
{%- endmacro %}
