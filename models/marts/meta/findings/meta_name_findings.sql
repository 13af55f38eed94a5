-- grain: one row per source, entity, column and rule of names that lead to nobody.
-- Names of reps and companies that stand where no id does, as the description of the
-- entities says; one that two records bear finds nothing.
{% set known = {
    'accounts': ('int_account_names', 'account_key'),
    'reps': ('int_rep_names', 'rep_key'),
} %}
with unresolved as (
    {% for entity in generic_entities() %}
        {% for column, points_to in entity.names.items() %}
            select
                staged.source,
                staged.load_id,
                staged.file,
                staged.load_row,
                '{{ entity.name }}' as entity,
                '{{ column }}' as name_column,
                known.name is not null as is_ambiguous
            from ({{ current_rows(entity.name) }}) as staged
            left join {{ ref(known[points_to][0]) }} as known
                on
                    staged.source = known.source
                    and {{ folded_word('staged.' ~ column) }} = known.name
            where
                staged.{{ column }} is not null
                and staged.{{ column | replace('_name', '_id') }} is null
                and known.{{ known[points_to][1] }} is null
            union all
        {% endfor %}
    {% endfor %}
    select
        null as source,
        null as load_id,
        null as file,
        null as load_row,
        null as entity,
        null as name_column,
        null as is_ambiguous
    where false
),

meta_name_findings as (
    select
        {{ finding(
            'orphan_reference', none, 'name_column',
            "case when is_ambiguous then 'two records bear the name' end"
        ) }}
    from unresolved
    group by all
)

select * from meta_name_findings
